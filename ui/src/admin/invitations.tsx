import { Button, Switch } from "@mantine/core";
import { IconMail, IconMailPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { ago, moment } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { ShownOnce } from "../parts/shown-once";
import { tell, tellWrong } from "../parts/telling";
import { InvitationForm } from "./invitation-form";

type Invitation = Schemas["InvitationView"];

/** Links with which people make their own accounts. */
export function Component() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [all, setAll] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const making = search.has("new");
  const list = usePages<Invitation>(["invitations", { all }], async (after, signal) => {
    const query = { after, ...(all ? {} : { open: true }) };
    const { data } = await api.GET("/api/v1/invitations", { params: { query }, signal });
    return data ?? { items: [] };
  });
  const begin = () => setSearch({ new: "" }, { replace: true });
  const end = () => setSearch({}, { replace: true });
  return (
    <Page
      title={t("admin.invitations.title")}
      actions={
        <Button leftSection={<IconMailPlus size={18} />} onClick={begin}>
          {t("admin.people.invite")}
        </Button>
      }
    >
      <Switch
        mb="md"
        label={t("admin.invitations.all")}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
      <Listing
        list={list}
        empty={
          <Empty icon={<IconMail size={24} />} title={t("admin.invitations.none")}>
            {t("admin.invitations.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("admin.invitations.title")}>
            {found.map((invitation) => (
              <One key={invitation.id} invitation={invitation} />
            ))}
          </Rows>
        )}
      </Listing>
      {making ? (
        <InvitationForm
          close={end}
          made={(shown) => {
            end();
            setLink(shown);
          }}
        />
      ) : null}
      <ShownOnce
        title={t("admin.invitations.made")}
        says={t("admin.invitations.madeSays")}
        label={t("admin.link")}
        value={link}
        close={() => setLink(null)}
      />
    </Page>
  );
}

function One({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const groups = $api.useQuery("get", "/api/v1/directory/groups", { params: { query: { limit: 100 } } });
  const group = groups.data?.items.find(({ id }) => id === invitation.group_id)?.name;
  const revoke = $api.useMutation("delete", "/api/v1/invitations/{invitation_id}", {
    onSuccess: () => {
      tell(t("admin.invitations.isRevoked"));
      return queries.invalidateQueries({ queryKey: ["invitations"] });
    },
    onError: tellWrong,
  });
  const over = Date.parse(invitation.expires_at) < Date.now();
  const state = invitation.used_at
    ? t("admin.invitations.used", { at: moment(invitation.used_at) })
    : invitation.revoked_at
      ? t("admin.invitations.revoked", { at: moment(invitation.revoked_at) })
      : over
        ? t("admin.invitations.over", { at: moment(invitation.expires_at) })
        : t("admin.invitations.open", { when: ago(invitation.expires_at) });
  const open = !(invitation.used_at || invitation.revoked_at || over);
  return (
    <Row
      title={invitation.email ?? t("admin.invitations.byLink")}
      marks={<Mark>{t(`role.${invitation.role}`)}</Mark>}
      says={[state, group, t("admin.madeAt", { at: moment(invitation.created_at) })]
        .filter(Boolean)
        .join(" · ")}
      actions={
        open ? (
          <Button
            variant="default"
            size="xs"
            loading={revoke.isPending}
            onClick={() =>
              ask({
                title: t("admin.invitations.revoke"),
                says: t("admin.invitations.revokeSays"),
                button: t("admin.invitations.revokeButton"),
                act: () => revoke.mutate({ params: { path: { invitation_id: invitation.id } } }),
              })
            }
          >
            {t("admin.invitations.revokeButton")}
          </Button>
        ) : null
      }
    />
  );
}
