import { Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Page } from "../app/page";
import { Answer } from "../app/states";
import { moment } from "../format";
import { Fault } from "../parts/fault";
import { Mark } from "../parts/mark";
import { tell } from "../parts/telling";
import { OwnData } from "./own-data";
import { PasswordForm } from "./password-form";

type Profile = Schemas["Profile"];

/** Who you are here: name, mail address, password. */
export function Component() {
  const { t } = useTranslation();
  const profile = $api.useQuery("get", "/api/v1/me");
  return (
    <Page title={t("account.profile.title")}>
      <Answer query={profile}>
        {(found) => (
          <Stack gap="xl" maw="30rem">
            <ProfileForm key={`${found.name} ${found.email}`} profile={found} />
            {found.has_password ? <PasswordForm name={found.name} /> : null}
            <OwnData />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { name: profile.name, email: profile.email ?? "", password: "" } });
  const moves = form.values.email !== (profile.email ?? "");
  const change = $api.useMutation("patch", "/api/v1/me", {
    onSuccess: async () => {
      tell(t("account.profile.saved"));
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/me"] });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/session"] });
    },
  });
  function submit() {
    const { name, email, password } = form.values;
    change.mutate({ body: { name, ...(moves ? { email: email || null, password } : {}) } });
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label={t("account.profile.name")}
          description={t("account.profile.nameSays")}
          autoComplete="username"
          maxLength={100}
          required
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("account.profile.mail")}
          description={t("account.profile.mailSays")}
          type="email"
          autoComplete="email"
          maxLength={254}
          {...form.getInputProps("email")}
        />
        {moves ? (
          <PasswordInput
            label={t("account.profile.proof")}
            autoComplete="current-password"
            maxLength={1024}
            required
            {...form.getInputProps("password")}
          />
        ) : null}
        <Fault error={change.error} />
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t("action.save")}
          </Button>
        </Group>
        <Group gap="xs">
          <Mark>{t(`role.${profile.role}`)}</Mark>
          {profile.groups.map(({ id, name }) => (
            <Mark key={id}>{name}</Mark>
          ))}
          <Text size="sm" c="dimmed">
            {t("account.profile.since", { at: moment(profile.created_at) })}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
