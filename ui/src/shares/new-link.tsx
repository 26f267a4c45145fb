import {
  Alert,
  Button,
  Checkbox,
  Group,
  PasswordInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Schemas, sentenceOf } from "../api/client";
import { refreshShares, share, type Thing } from "./shares";
import classes from "./shares.module.css";

const DAYS = ["1", "7", "30", "90", "never"] as const;

interface NewLinkProps {
  of: Thing;
  close: (made?: Schemas["MadeShare"]) => void;
}

/** For whom a link is, and what it lets them do. */
export function NewLink({ of, close }: NewLinkProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: "", days: "30", message: "", password: "", downloads: false, embeds: false },
  });
  const make = useMutation({
    mutationFn: (body: Schemas["NewShare"]) => share(of, body),
    onSuccess: async (made) => {
      close(made);
      await refreshShares(of);
    },
  });
  return (
    <form
      className={classes.newLink}
      onSubmit={form.onSubmit(({ name, days, message, password, downloads, embeds }) =>
        make.mutate({
          message: message.trim(),
          downloads,
          embeds,
          password: password || null,
          expires_at:
            days === "never" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
          recipients: name.trim() ? [{ name: name.trim() }] : [],
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
        <Textarea
          label={t("watch.share.message")}
          autosize
          minRows={1}
          maxLength={2000}
          {...form.getInputProps("message")}
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
