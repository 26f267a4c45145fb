import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { $api, queries } from "../api/client";
import { Failed, Loading } from "../app/states";
import { Entry, NewPassword, Says } from "./form";

/** Somebody who was invited makes an account. */
export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const form = useForm({ initialValues: { name: "", password: "" } });
  // Asking uses nothing up, though it is a POST: the link's secret belongs into no address.
  const invited = $api.useQuery(
    "post",
    "/api/v1/join/invitation",
    { body: { token } },
    { staleTime: Infinity },
  );
  const join = $api.useMutation("post", "/api/v1/join", {
    onSuccess: async () => {
      await queries.invalidateQueries();
      await navigate("/library");
    },
  });
  if (invited.error)
    return (
      <Says title={t("session.join.noLink")}>
        <Failed error={invited.error} />
      </Says>
    );
  if (!invited.data)
    return (
      <Says title={t("session.join.title")}>
        <Loading rows={3} />
      </Says>
    );
  const { role, group, invited_by: by } = invited.data;
  return (
    <Entry
      title={t("session.join.title")}
      says={t(group ? "session.join.saysGroup" : "session.join.says", { by, group, role: t(`role.${role}`) })}
      button={t("session.makeAccount")}
      busy={join.isPending}
      error={join.error}
      onSubmit={() => join.mutate({ body: { token, ...form.values } })}
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
