import { Button, Text } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { moment } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";
import { Part } from "./part";
import { Left, proved } from "./proof";

/** Accounts at the identity provider that sign in here; nothing where there is no provider. */
export function Identities() {
  const { t } = useTranslation();
  const ask = useAsk();
  const ways = $api.useQuery("get", "/api/v1/sign-in", {}, { staleTime: 60_000 });
  const provider = ways.data?.identity_provider;
  const list = usePages<Schemas["IdentityView"]>(
    ["identities"],
    async (after, signal) => {
      const { data } = await api.GET("/api/v1/identities", { params: { query: { after } }, signal });
      return data ?? { items: [] };
    },
    { enabled: Boolean(provider) },
  );
  const unlessLeft = (error: unknown) => {
    if (!(error instanceof Left)) tellWrong(error);
  };
  const link = useMutation({
    mutationFn: () => proved(() => api.POST("/api/v1/identities", { body: { next: "/account/security" } })),
    onSuccess: ({ data }) => {
      if (data) window.location.assign(data.url);
    },
    onError: unlessLeft,
  });
  const unlink = useMutation({
    mutationFn: (id: string) =>
      proved(() => api.DELETE("/api/v1/identities/{identity_id}", { params: { path: { identity_id: id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["identities"] });
      tell(t("account.identities.isUnlinked"));
    },
    onError: unlessLeft,
  });
  if (!provider) return null;
  return (
    <Part
      title={t("account.identities.title", { name: provider.name })}
      says={t("account.identities.says", { name: provider.name })}
      actions={
        <Button
          variant="default"
          leftSection={<IconLink size={18} />}
          loading={link.isPending}
          onClick={() => link.mutate()}
        >
          {t("account.identities.link")}
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <Text size="sm" c="dimmed">
            {t("account.identities.none")}
          </Text>
        }
      >
        {(found) => (
          <Rows label={t("account.identities.title", { name: provider.name })}>
            {found.map((identity) => (
              <Row
                key={identity.id}
                title={identity.email ?? identity.issuer}
                says={[
                  t("account.addedAt", { at: moment(identity.created_at) }),
                  identity.used_at ? t("account.usedAt", { at: moment(identity.used_at) }) : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
                actions={
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() =>
                      ask({
                        title: t("account.identities.unlink"),
                        says: t("account.identities.unlinkSays"),
                        button: t("account.remove"),
                        act: () => unlink.mutate(identity.id),
                      })
                    }
                  >
                    {t("account.remove")}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Listing>
    </Part>
  );
}
