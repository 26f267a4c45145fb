import { Button, Group, NumberInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, once, queries, type Schemas } from "../api/client";
import { BasisSelect } from "../imports/dialog";
import { Fault } from "../parts/fault";
import { Rule } from "./rule";
import type { Start, Subscription } from "./subscriptions";

interface DialogProps {
  subscription?: Subscription;
  /** Whether folders of the server may be watched too. */
  folders: boolean;
}

/** Subscribe to a channel, a list, a feed or a folder, or change what a subscription does. */
export function SubscriptionDialog({ subscription, folders }: DialogProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      kind: (subscription?.kind ?? "link") as Schemas["SubscriptionKind"],
      source: subscription?.source ?? "",
      title: subscription?.title ?? "",
      basis: (subscription?.basis ?? "own") as Schemas["Basis"],
      start: (subscription?.start ?? [{ recipe: "share", params: {} }]) as Start[],
      every_minutes: subscription?.every_minutes ?? 60,
      backfill: 0,
    },
  });
  const link = form.values.kind === "link";
  const save = useMutation({
    mutationFn: async ({ source, title, basis, start, every_minutes, backfill }: typeof form.values) => {
      const rule = { title: title.trim() || undefined, start, every_minutes };
      const header = once();
      if (subscription) {
        const path = { subscription_id: subscription.id };
        await api.PATCH("/api/v1/subscriptions/{subscription_id}", { params: { path }, body: rule });
      } else if (link) {
        const body = { ...rule, basis, backfill, url: source.trim() };
        await api.POST("/api/v1/subscriptions", { params: { header }, body });
      } else {
        const body = { ...rule, basis, backfill, path: source.trim() };
        await api.POST("/api/v1/watches", { params: { header }, body });
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["subscriptions"] });
      modals.closeAll();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        {subscription ? null : (
          <>
            {folders ? (
              <SegmentedControl
                aria-label={t("subscriptions.kind")}
                data={[
                  { value: "link", label: t("subscriptions.link") },
                  { value: "folder", label: t("subscriptions.folder") },
                ]}
                value={form.values.kind}
                onChange={(kind) =>
                  form.setValues({
                    kind: kind as Schemas["SubscriptionKind"],
                    every_minutes: kind === "link" ? 60 : 1,
                  })
                }
              />
            ) : null}
            <TextInput
              label={t(link ? "subscriptions.address" : "subscriptions.path")}
              description={t(link ? "subscriptions.addressSays" : "subscriptions.pathSays")}
              type={link ? "url" : "text"}
              placeholder={link ? "https://" : "/home/me/recordings"}
              maxLength={4096}
              required
              data-autofocus
              {...form.getInputProps("source")}
            />
            <BasisSelect {...form.getInputProps("basis")} />
          </>
        )}
        <TextInput
          label={t("imports.name")}
          description={subscription ? undefined : t("imports.nameSays")}
          maxLength={300}
          {...form.getInputProps("title")}
        />
        <Rule start={form.values.start} change={(start) => form.setFieldValue("start", start)} />
        <Group grow align="flex-start">
          <NumberInput
            label={t("subscriptions.every")}
            description={link ? t("subscriptions.everySays") : t("subscriptions.everyFolderSays")}
            min={link ? 15 : 1}
            max={10_080}
            allowDecimal={false}
            required
            {...form.getInputProps("every_minutes")}
          />
          {subscription ? null : (
            <NumberInput
              label={t("subscriptions.backfill")}
              description={t("subscriptions.backfillSays")}
              min={0}
              max={50}
              allowDecimal={false}
              required
              {...form.getInputProps("backfill")}
            />
          )}
        </Group>
        <Fault error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {subscription ? t("action.save") : t("subscriptions.subscribe")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
