import { Button, Checkbox, Group, PasswordInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Fault } from "../parts/fault";
import { SecretText } from "../parts/shown-once";
import type { Collection } from "./collections";

const DAY_MS = 86_400_000;
const DAYS = ["1", "7", "30", "never"] as const;

/** Make a link for whoever has no account; it shows what its maker may see of the collection. */
export function ShareDialog({ collection }: { collection: Collection }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { days: "30", message: "", password: "", downloads: false } });
  const make = useMutation({
    mutationFn: ({ days, message, password, downloads }: typeof form.values) =>
      api.POST("/api/v1/collections/{collection_id}/shares", {
        params: { path: { collection_id: collection.id } },
        body: {
          message: message.trim(),
          password: password || null,
          downloads,
          embeds: false,
          expires_at: days === "never" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        },
      }),
  });
  const link = make.data?.data?.made[0]?.url;
  if (link) return <Made link={link} />;
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("collections.shareSays")}
        </Text>
        <Select
          label={t("collections.ends")}
          data={DAYS.map((value) => ({ value, label: t(`collections.endsAfter.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("days")}
        />
        <PasswordInput
          label={t("collections.password")}
          description={t("collections.passwordSays")}
          autoComplete="new-password"
          maxLength={1024}
          {...form.getInputProps("password")}
        />
        <Textarea
          label={t("collections.message")}
          autosize
          minRows={2}
          maxLength={2000}
          {...form.getInputProps("message")}
        />
        <Checkbox
          label={t("collections.downloads")}
          {...form.getInputProps("downloads", { type: "checkbox" })}
        />
        <Fault error={make.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t("collections.makeLink")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made({ link }: { link: string }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <SecretText label={t("collections.theLink")} value={link} />
      <Text size="sm" c="dimmed">
        {t("collections.linkOnce")}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => modals.closeAll()}>
          {t("action.close")}
        </Button>
      </Group>
    </Stack>
  );
}
