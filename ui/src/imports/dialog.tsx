import { Anchor, Button, Group, Progress, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { modals } from "@mantine/modals";
import { IconAlertCircle, IconCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, once, type Schemas } from "../api/client";
import { refreshAssets } from "../library/assets";
import { Fault } from "../parts/fault";
import { useOpenDialog } from "../parts/open-dialog";
import { isOver, useImport } from "./imports";

export const BASES = ["own", "permission", "licence", "exception"] as const satisfies Schemas["Basis"][];

export function useImportDialog() {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const navigate = useNavigate();
  // What is in a dialog stands outside the pages: it is told how to leave.
  function go(to: string) {
    modals.closeAll();
    void navigate(to);
  }
  return () => open(t("imports.title"), <ImportDialog go={go} />, "lg");
}

/** Bring a recording in from a link: ask for it, then show how it goes. */
function ImportDialog({ go }: { go: (to: string) => void }) {
  const start = useMutation({
    mutationFn: (body: Schemas["NewImport"]) =>
      api.POST("/api/v1/imports", { params: { header: once() }, body }),
  });
  const made = start.data?.data;
  return made ? (
    <Going id={made.id} again={() => start.reset()} go={go} />
  ) : (
    <Ask busy={start.isPending} error={start.error} submit={start.mutate} />
  );
}

interface AskProps {
  busy: boolean;
  error: unknown;
  submit: (body: Schemas["NewImport"]) => void;
}

function Ask({ busy, error, submit }: AskProps) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { url: "", title: "", basis: "own" as Schemas["Basis"] } });
  return (
    <form
      onSubmit={form.onSubmit(({ url, title, basis }) =>
        submit({ url: url.trim(), basis, title: title.trim() || undefined, start: [{ recipe: "share" }] }),
      )}
    >
      <Stack>
        <TextInput
          label={t("imports.link")}
          description={t("imports.linkSays")}
          type="url"
          placeholder="https://"
          maxLength={4096}
          required
          data-autofocus
          {...form.getInputProps("url")}
        />
        <BasisSelect {...form.getInputProps("basis")} />
        <TextInput
          label={t("imports.name")}
          description={t("imports.nameSays")}
          maxLength={300}
          {...form.getInputProps("title")}
        />
        <Fault error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {t("imports.start")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** By what right it is used: said by whoever brings it. */
export function BasisSelect(props: Record<string, unknown>) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("imports.basis")}
      description={t("imports.basisSays")}
      data={BASES.map((value) => ({ value, label: t(`imports.bases.${value}`) }))}
      allowDeselect={false}
      {...props}
    />
  );
}

interface GoingProps {
  id: string;
  again: () => void;
  go: (to: string) => void;
}

function Going({ id, again, go }: GoingProps) {
  const { t } = useTranslation();
  const { data, run, error } = useImport(id, () => void refreshAssets());
  const failed = data?.state === "failed" || data?.state === "canceled";
  const brought = data?.asset_id;
  const over = data && isOver(data);
  return (
    <Stack>
      <Text fw={560}>{data?.title ?? data?.info?.title ?? data?.source}</Text>
      {failed || error ? (
        <Group gap="xs" wrap="nowrap" c="var(--mantine-color-error)" role="alert" align="flex-start">
          <IconAlertCircle size={18} />
          <Text size="sm">{data?.reason ?? t("imports.failed")}</Text>
        </Group>
      ) : over ? (
        <Group gap="xs" role="status">
          <IconCheck size={18} />
          <Text size="sm">{t(brought ? "imports.here" : "imports.listHere")}</Text>
        </Group>
      ) : (
        <>
          <Progress value={run?.percent ?? 0} animated aria-label={t("imports.progress")} />
          <Text size="sm" c="dimmed" role="status">
            {run?.message || t("imports.waits")}
          </Text>
        </>
      )}
      <Group justify="space-between">
        <Anchor component="button" type="button" size="sm" onClick={() => go("/imports")}>
          {t("imports.all")}
        </Anchor>
        <Group>
          <Button variant="default" onClick={again}>
            {t("imports.another")}
          </Button>
          {brought ? (
            <Button onClick={() => go(`/watch/${brought}`)}>{t("imports.watch")}</Button>
          ) : (
            <Button onClick={() => modals.closeAll()}>{t(over ? "action.close" : "imports.behind")}</Button>
          )}
        </Group>
      </Group>
    </Stack>
  );
}
