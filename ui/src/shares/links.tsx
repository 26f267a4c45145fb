import { Badge, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas, sentenceOf } from "../api/client";
import { Failed } from "../app/states";
import { ago, moment, span } from "../format";
import { MadeLinks } from "./made-links";
import { NewLink } from "./new-link";
import { refreshShares, sharesOf, type Thing } from "./shares";
import classes from "./shares.module.css";

type Share = Schemas["ShareView"];

/** Links to something: made here, and with what came of them. */
export function Links({ of }: { of: Thing }) {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schemas["MadeShare"] | null>(null);
  const shares = $api.useQuery("get", "/api/v1/shares", {
    params: { query: { ...sharesOf(of), limit: 100 } },
  });
  const items = (shares.data?.items ?? []).filter(({ revoked_at }) => revoked_at === null);
  return (
    <section aria-label={t("watch.share.links")}>
      <Group justify="space-between" mb="xs">
        <Title order={3}>{t("watch.share.links")}</Title>
        {making ? null : (
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconLink size={16} />}
            onClick={() => {
              setMade(null);
              setMaking(true);
            }}
          >
            {t("watch.share.newLink")}
          </Button>
        )}
      </Group>
      {making ? (
        <NewLink
          of={of}
          close={(share) => {
            setMaking(false);
            setMade(share ?? null);
          }}
        />
      ) : null}
      {made ? <MadeLinks share={made} /> : null}
      {shares.error ? <Failed error={shares.error} retry={() => void shares.refetch()} /> : null}
      {shares.isPending ? <Skeleton height={60} /> : null}
      {items.length ? (
        <ul className={classes.shares}>
          {items.map((share) => (
            <li key={share.id}>
              <ShareRow share={share} of={of} />
            </li>
          ))}
        </ul>
      ) : shares.isSuccess && !making ? (
        <Text c="dimmed" size="sm">
          {t("watch.share.noLinks")}
        </Text>
      ) : null}
    </section>
  );
}

function ShareRow({ share, of }: { share: Share; of: Thing }) {
  const { t } = useTranslation();
  const links = $api.useQuery("get", "/api/v1/shares/{share_id}/links", {
    params: { path: { share_id: share.id }, query: { limit: 100 } },
  });
  const revoke = $api.useMutation("delete", "/api/v1/shares/{share_id}", {
    onSuccess: () => refreshShares(of),
  });
  const over = share.expires_at !== null && new Date(share.expires_at) < new Date();
  const marks = [
    over ? t("watch.share.expired") : null,
    share.expires_at && !over ? t("watch.share.until", { when: moment(share.expires_at) }) : null,
    share.has_password ? t("watch.share.hasPassword") : null,
    share.downloads ? t("watch.share.downloads") : null,
    share.embeds ? t("watch.share.embeds") : null,
  ].filter((mark) => mark !== null);
  const ask = () =>
    modals.openConfirmModal({
      title: t("watch.share.revokeAsk"),
      children: t("watch.share.revokeSays"),
      labels: { confirm: t("watch.share.revoke"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => revoke.mutate({ params: { path: { share_id: share.id } } }),
    });
  const open = (links.data?.items ?? []).filter(({ revoked_at }) => revoked_at === null);
  return (
    <div className={classes.share}>
      <div>
        {open.map((link) => (
          <div key={link.id}>
            <Text fw={520}>{link.name ?? t("watch.share.anybody")}</Text>
            <Text size="sm" c="dimmed" className="tabular">
              {link.last_opened_at
                ? [
                    t("watch.share.opened", { count: link.times_opened, when: ago(link.last_opened_at) }),
                    link.watched_s >= 1 ? t("watch.share.watched", { time: span(link.watched_s) }) : null,
                    link.times_saved ? t("watch.share.times", { count: link.times_saved }) : null,
                  ]
                    .filter(Boolean)
                    .join(" · ")
                : t("watch.share.notOpened")}
            </Text>
          </div>
        ))}
        {links.isPending ? <Skeleton height={36} /> : null}
        {marks.length ? (
          <Group gap={6} mt={6}>
            {marks.map((mark) => (
              <Badge key={mark} variant="default" radius="sm" tt="none" fw={520}>
                {mark}
              </Badge>
            ))}
          </Group>
        ) : null}
        {revoke.error ? (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {sentenceOf(revoke.error)}
          </Text>
        ) : null}
      </div>
      <Button size="compact-sm" variant="subtle" color="red" loading={revoke.isPending} onClick={ask}>
        {t("watch.share.revoke")}
      </Button>
    </div>
  );
}
