import { Alert, Button, Checkbox, Group, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, type Schemas, sentenceOf } from "../api/client";
import { type Asset, changed, of } from "./data";
import classes from "./watch.module.css";

const DAYS = ["1", "7", "30", "90", "never"] as const;

interface NewLinkProps {
  asset: Asset;
  close: (made?: Schemas["MadeShare"]) => void;
}

/** For whom a link is, and what it lets them do. */
export function NewLink({ asset, close }: NewLinkProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: "", days: "30", password: "", downloads: false, embeds: false },
  });
  const make = $api.useMutation("post", "/api/v1/assets/{asset_id}/shares", {
    onSuccess: async (made) => {
      close(made);
      await changed(asset.id);
    },
  });
  return (
    <form
      className={classes.newLink}
      onSubmit={form.onSubmit(({ name, days, password, downloads, embeds }) =>
        make.mutate({
          ...of(asset.id),
          body: {
            message: "",
            downloads,
            embeds,
            password: password || null,
            expires_at:
              days === "never" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
            recipients: name.trim() ? [{ name: name.trim() }] : [],
          },
        }),
      )}
    >
      <Stack gap="sm">
        <Group grow align="start">
          <TextInput
            label={t("watch.share.whom")}
            placeholder={t("watch.share.anybody")}
            maxLength={100}
            data-autofocus
            {...form.getInputProps("name")}
          />
          <Select
            label={t("watch.share.expires")}
            data={DAYS.map((value) => ({ value, label: t(`watch.share.days.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("days")}
          />
        </Group>
        <PasswordInput
          label={t("watch.share.password")}
          description={t("watch.share.passwordSays")}
          autoComplete="new-password"
          minLength={8}
          maxLength={1024}
          {...form.getInputProps("password")}
        />
        <Checkbox
          label={t("watch.share.letDownload")}
          {...form.getInputProps("downloads", { type: "checkbox" })}
        />
        <Checkbox label={t("watch.share.letEmbed")} {...form.getInputProps("embeds", { type: "checkbox" })} />
        {make.error ? (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(make.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => close()}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t("watch.share.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
