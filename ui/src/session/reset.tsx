import { Anchor, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { $api } from "../api/client";
import { Entry, NewPassword, Says } from "./form";

/** A new password: ask for the link, or set it with one. */
export function Component() {
  const token = useSearchParams()[0].get("token");
  return token ? <Renew token={token} /> : <Ask />;
}

function Ask() {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { name: "" } });
  const ask = $api.useMutation("post", "/api/v1/password/forgotten");
  if (ask.isSuccess)
    return (
      <Says title={t("session.reset.sent")}>
        <Text>{t("session.reset.sentSays")}</Text>
        <Anchor component={Link} to="/signin">
          {t("session.signIn.title")}
        </Anchor>
      </Says>
    );
  return (
    <Entry
      title={t("session.reset.title")}
      says={t("session.reset.says")}
      button={t("session.reset.send")}
      busy={ask.isPending}
      error={ask.error}
      onSubmit={() => ask.mutate({ body: form.values })}
    >
      <TextInput
        label={t("session.nameOrMail")}
        autoComplete="username"
        maxLength={254}
        required
        {...form.getInputProps("name")}
      />
    </Entry>
  );
}

function Renew({ token }: { token: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { password: "" } });
  const renew = $api.useMutation("post", "/api/v1/password", {
    onSuccess: () => void navigate("/signin?reset=1"),
  });
  return (
    <Entry
      title={t("session.reset.title")}
      says={t("session.reset.endsOthers")}
      button={t("session.reset.set")}
      busy={renew.isPending}
      error={renew.error}
      onSubmit={() => renew.mutate({ body: { token, ...form.values } })}
    >
      <NewPassword autoFocus {...form.getInputProps("password")} />
    </Entry>
  );
}
