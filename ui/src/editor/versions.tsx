import { Badge, Button, Drawer, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas, sentenceOf } from "../api/client";
import { Answer } from "../app/states";
import { ago, clock, moment } from "../format";
import { lengthOf } from "./document";
import { useEditing } from "./editing";
import classes from "./editor.module.css";

/** What the edit was before: look at it, and have it again. */
export function Versions({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={close} position="right" title={t("editor.versions.title")}>
      {opened ? <List close={close} /> : null}
    </Drawer>
  );
}

function List({ close }: { close: () => void }) {
  const { edit } = useEditing();
  const [looking, look] = useState<number | null>(null);
  const versions = $api.useQuery(
    "get",
    "/api/v1/edits/{edit_id}/versions",
    { params: { path: { edit_id: edit.id } } },
    { staleTime: 0 },
  );
  return (
    <Stack gap="lg">
      <Name named={() => void versions.refetch()} />
      <Answer query={versions}>
        {({ items }) => (
          <Stack gap={0} component="ol" className={classes.versions}>
            {items.map((each) => (
              <li key={each.number}>
                <Version version={each} />
                {looking === each.number ? (
                  <Then number={each.number} close={close} />
                ) : (
                  <Look number={each.number} look={look} />
                )}
              </li>
            ))}
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

function Version({ version }: { version: Schemas["EditVersionSummary"] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={560} title={moment(version.saved_at)}>
          {version.name ?? ago(version.saved_at)}
        </Text>
        {version.rendered ? (
          <Badge size="xs" variant="default" tt="none">
            {t("editor.versions.rendered")}
          </Badge>
        ) : null}
      </Group>
      <Text size="xs" c="dimmed">
        {version.name ? ago(version.saved_at) : t("editor.versions.number", { number: version.number })}
      </Text>
    </div>
  );
}

function Look({ number, look }: { number: number; look: (number: number) => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t("editor.versions.lookAt", { number })}
      onClick={() => look(number)}
    >
      {t("editor.versions.look")}
    </Button>
  );
}

/** A version as it was, and the way back to it. */
function Then({ number, close }: { number: number; close: () => void }) {
  const { t } = useTranslation();
  const { edit, rate, status, saver, change } = useEditing();
  const path = { edit_id: edit.id, number };
  const version = $api.useQuery("get", "/api/v1/edits/{edit_id}/versions/{number}", { params: { path } });
  const restore = $api.useMutation("post", "/api/v1/edits/{edit_id}/versions/{number}/restore", {
    onSuccess: (restored) => {
      saver.accept(restored);
      change(() => restored.document);
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/edits/{edit_id}/versions"] });
      close();
    },
  });
  const now = number === status.version;
  return (
    <Answer query={version}>
      {({ document }) => (
        <Stack gap="xs" className={classes.then}>
          <img
            src={`/api/v1/edits/${edit.id}/frame?at=0&version=${number}`}
            alt={t("editor.versions.first", { title: document.title })}
          />
          <Text size="sm" className="tabular">
            {t("editor.versions.has", {
              length: clock(lengthOf(document.keep) / rate, { tenths: true }),
              count: document.keep.length,
            })}
          </Text>
          {restore.error ? (
            <Text size="sm" c="red" role="alert">
              {sentenceOf(restore.error)}
            </Text>
          ) : null}
          <Button
            size="compact-sm"
            disabled={now}
            loading={restore.isPending}
            onClick={async () => restore.mutate({ params: { path }, body: { version: await saver.flush() } })}
          >
            {now ? t("editor.versions.now") : t("editor.versions.restore")}
          </Button>
        </Stack>
      )}
    </Answer>
  );
}

function Name({ named }: { named: () => void }) {
  const { t } = useTranslation();
  const { saver } = useEditing();
  const [name, write] = useState("");
  const [error, refuse] = useState("");
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        try {
          await saver.flush(name);
          write("");
          refuse("");
          named();
        } catch (refused) {
          refuse(sentenceOf(refused));
        }
      }}
    >
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          className={classes.grow}
          label={t("editor.versions.name")}
          description={t("editor.versions.nameWhy")}
          value={name}
          maxLength={100}
          error={error}
          onChange={(event) => write(event.currentTarget.value)}
        />
        <Button variant="default" type="submit" disabled={!name.trim()}>
          {t("action.save")}
        </Button>
      </Group>
    </form>
  );
}
