import { Autocomplete, Button, Group, TextInput } from "@mantine/core";
import { IconClipboardList, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { Fault } from "../parts/fault";
import { Listing } from "../parts/listing";
import { PersonSelect } from "../parts/person-select";
import { Rows } from "../parts/rows";
import { AuditEntry } from "./audit-entry";
import { Verified } from "./audit-verified";

/** What is asked for most; any other action may be written as well. */
const ACTIONS = [
  "settings.changed",
  "secret.set",
  "user.changed",
  "user.disabled",
  "invitation.created",
  "invitation.accepted",
  "session.opened",
  "session.refused",
  "factor.added",
  "factor.removed",
  "asset.deleted",
  "share.changed",
  "webhook.created",
];

/** Who did what, when and from where; nothing of it can be changed. */
export function Component() {
  const { t } = useTranslation();
  const [actor, setActor] = useState<string | null>(null);
  const [action, setAction] = useState("");
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const verify = $api.useQuery("get", "/api/v1/audit/verification", {}, { enabled: false, gcTime: 0 });
  const filter = {
    actor_id: actor,
    // While an action is being written it is none yet.
    action: /^[a-z_]+\.[a-z_]+$/.test(action) ? action : null,
    since: since ? new Date(`${since}T00:00`).toISOString() : null,
    until: until ? dayAfter(until) : null,
  };
  const list = usePages<Schemas["AuditEntryView"]>(["audit", filter], async (after, signal) => {
    const { data } = await api.GET("/api/v1/audit", { params: { query: { after, ...filter } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page
      title={t("admin.audit.title")}
      actions={
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={18} />}
          loading={verify.isFetching}
          onClick={() => void verify.refetch()}
        >
          {t("admin.audit.verify")}
        </Button>
      }
    >
      <Fault error={verify.error} />
      {verify.data ? <Verified found={verify.data} /> : null}
      <Group mb="md" gap="xs" align="flex-end">
        <PersonSelect label={t("admin.audit.actor")} flex="1 1 11rem" value={actor} onChange={setActor} />
        <Autocomplete
          label={t("admin.audit.action")}
          data={ACTIONS}
          clearable
          flex="1 1 11rem"
          value={action}
          onChange={setAction}
        />
        <TextInput
          label={t("admin.audit.since")}
          type="date"
          flex="1 1 9rem"
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <TextInput
          label={t("admin.audit.until")}
          type="date"
          flex="1 1 9rem"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
      </Group>
      <Listing
        list={list}
        empty={
          <Empty icon={<IconClipboardList size={24} />} title={t("admin.audit.none")}>
            {t("admin.audit.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("admin.audit.title")}>
            {found.map((entry) => (
              <AuditEntry key={entry.number} entry={entry} />
            ))}
          </Rows>
        )}
      </Listing>
    </Page>
  );
}

/** The end of a day, in this browser's zone. */
function dayAfter(day: string): string {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + 1);
  return at.toISOString();
}
