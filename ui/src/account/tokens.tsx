import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { moment } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { ShownOnce } from "../parts/shown-once";
import { tell, tellWrong } from "../parts/telling";
import { TokenForm } from "./token-form";

type Token = Schemas["Token"];

/** Tokens: what programs of yours ask with. */
export function Component() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const list = usePages<Token>(["tokens"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/tokens", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page
      title={t("account.tokens.title")}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
          {t("account.tokens.new")}
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <Empty icon={<IconKey size={24} />} title={t("account.tokens.none")}>
            {t("account.tokens.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("account.tokens.title")}>
            {found.map((token) => (
              <One key={token.id} token={token} />
            ))}
          </Rows>
        )}
      </Listing>
      {making ? (
        <TokenForm
          close={() => setMaking(false)}
          made={(shown) => {
            setMaking(false);
            setSecret(shown);
          }}
        />
      ) : null}
      <ShownOnce
        title={t("account.tokens.made")}
        says={t("account.tokens.madeSays")}
        label={t("account.tokens.token")}
        value={secret}
        close={() => setSecret(null)}
      />
    </Page>
  );
}

function One({ token }: { token: Token }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const revoke = $api.useMutation("delete", "/api/v1/tokens/{token_id}", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tokens"] });
      tell(t("account.tokens.isRevoked"));
    },
    onError: tellWrong,
  });
  const over = token.expires_at !== null && Date.parse(token.expires_at) < Date.now();
  return (
    <Row
      title={token.name}
      marks={
        <>
          {token.scopes.map((scope) => (
            <Mark key={scope}>{scope}</Mark>
          ))}
          {over ? <Mark tone="bad">{t("account.tokens.over")}</Mark> : null}
        </>
      }
      says={[
        t("account.addedAt", { at: moment(token.created_at) }),
        token.expires_at
          ? t("account.tokens.until", { at: moment(token.expires_at) })
          : t("account.tokens.forEver"),
        token.used_at
          ? t("account.tokens.used", { at: moment(token.used_at), address: token.used_from || "–" })
          : t("account.tokens.unused"),
      ].join(" · ")}
      actions={
        <Button
          variant="default"
          size="xs"
          loading={revoke.isPending}
          aria-label={t("account.tokens.revokeOf", { name: token.name })}
          onClick={() =>
            ask({
              title: t("account.tokens.revokeOf", { name: token.name }),
              says: t("account.tokens.revokeSays"),
              button: t("account.tokens.revoke"),
              act: () => revoke.mutate({ params: { path: { token_id: token.id } } }),
            })
          }
        >
          {t("account.tokens.revoke")}
        </Button>
      }
    />
  );
}
