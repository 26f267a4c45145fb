import { MultiSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";

type Kind = NonNullable<Schemas["NewWebhook"]["kinds"]>[number];
// The compiler sees to it that these are all that the server knows.
const KINDS = Object.keys({
  "asset.created": 1,
  "asset.ready": 1,
  "asset.failed": 1,
  "asset.deleted": 1,
  "asset.restored": 1,
  "upload.finished": 1,
  "upload.failed": 1,
  "import.finished": 1,
  "import.failed": 1,
  "run.succeeded": 1,
  "run.failed": 1,
  "run.canceled": 1,
  "share.opened": 1,
} satisfies Record<Kind, 1>);

interface WebhookFormProps {
  webhook: Schemas["WebhookView"] | null;
  close: () => void;
  made?: (secret: string) => void;
}

/** Where to send what. */
export function WebhookForm({ webhook, close, made }: WebhookFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      url: webhook?.url ?? "https://",
      description: webhook?.description ?? "",
      kinds: (webhook?.kinds ?? []) as Kind[],
    },
  });
  const save = useMutation({
    mutationFn: async () => {
      const body = form.values;
      if (webhook) {
        await api.PATCH("/api/v1/webhooks/{webhook_id}", {
          params: { path: { webhook_id: webhook.id } },
          body,
        });
        return null;
      }
      const { data } = await api.POST("/api/v1/webhooks", { body });
      return data?.secret ?? null;
    },
    onSuccess: async (secret) => {
      await queries.invalidateQueries({ queryKey: ["webhooks"] });
      if (secret) made?.(secret);
      else close();
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={webhook ? t("admin.webhooks.edit") : t("admin.webhooks.new")}
      button={webhook ? t("action.save") : t("admin.webhooks.make")}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      <TextInput
        label={t("admin.webhooks.url")}
        description={t("admin.webhooks.urlSays")}
        type="url"
        maxLength={2000}
        required
        data-autofocus
        {...form.getInputProps("url")}
      />
      <TextInput label={t("admin.webhooks.about")} maxLength={200} {...form.getInputProps("description")} />
      <MultiSelect
        label={t("admin.webhooks.kinds")}
        description={t("admin.webhooks.kindsSay")}
        data={KINDS}
        searchable
        clearable
        {...form.getInputProps("kinds")}
      />
    </Dialog>
  );
}
