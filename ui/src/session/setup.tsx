import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { $api, queries } from "../api/client";
import { Entry, NewPassword } from "./form";

/** The first start: whoever has the server's link becomes its administrator. */
export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const form = useForm({ initialValues: { name: "", password: "" } });
  const setup = $api.useMutation("post", "/api/v1/setup", {
    onSuccess: async () => {
      await queries.invalidateQueries();
      await navigate("/library");
    },
  });
  return (
    <Entry
      title={t("session.setup.title")}
      says={t("session.setup.says")}
      button={t("session.makeAccount")}
      busy={setup.isPending}
      error={setup.error}
      onSubmit={() => setup.mutate({ body: { token: search.get("token") ?? "", ...form.values } })}
    >
      <TextInput
        label={t("session.yourName")}
        autoComplete="username"
        maxLength={100}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <NewPassword {...form.getInputProps("password")} />
    </Entry>
  );
}
