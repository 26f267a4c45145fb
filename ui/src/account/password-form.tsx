import { Button, Checkbox, Group, PasswordInput, Stack, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, queries } from "../api/client";
import { Fault } from "../parts/fault";
import { tell } from "../parts/telling";
import { NewPassword } from "../session/form";

/** Another password; it ends every other session. */
export function PasswordForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { old: "", new: "", revoke_tokens: false } });
  const change = $api.useMutation("put", "/api/v1/me/password", {
    onSuccess: async () => {
      form.reset();
      tell(t("account.password.changed"));
      await queries.invalidateQueries();
    },
  });
  return (
    <form onSubmit={form.onSubmit((body) => change.mutate({ body }))}>
      <Stack>
        <Title order={2}>{t("account.password.title")}</Title>
        {/* For programs that keep passwords: whose it is. */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <PasswordInput
          label={t("account.password.old")}
          autoComplete="current-password"
          maxLength={1024}
          required
          {...form.getInputProps("old")}
        />
        <NewPassword label={t("account.password.new")} {...form.getInputProps("new")} />
        <Checkbox
          label={t("account.password.tokens")}
          {...form.getInputProps("revoke_tokens", { type: "checkbox" })}
        />
        <Fault error={change.error} />
        <Group>
          <Button type="submit" loading={change.isPending}>
            {t("account.password.change")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
