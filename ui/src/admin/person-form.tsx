import { Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { bytes, moment } from "../format";
import { Dialog } from "../parts/dialog";
import { SizeInput } from "../parts/size-input";
import type { User } from "./people";

/** A person's name, role, address and quota. */
export function PersonForm({ user, close }: { user: User; close: () => void }) {
  const { t } = useTranslation();
  const path = { path: { user_id: user.id } };
  const quota = $api.useQuery("get", "/api/v1/users/{user_id}/quota", { params: path });
  const form = useForm({
    initialValues: {
      name: user.name,
      email: user.email ?? "",
      role: user.role,
      quota_bytes: user.quota_bytes,
    },
  });
  const change = $api.useMutation("patch", "/api/v1/users/{user_id}", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/users/{user_id}/quota"] });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/session"] });
      close();
    },
  });
  function submit() {
    const { name, email, role, quota_bytes } = form.values;
    const body: Schemas["UserChange"] = { quota_bytes };
    // What was not touched is not sent: nobody is written a letter about it.
    if (name !== user.name) body.name = name;
    if (role !== user.role) body.role = role;
    if (email !== (user.email ?? "")) body.email = email || null;
    change.mutate({ params: path, body });
  }
  return (
    <Dialog
      opened
      close={close}
      title={t("admin.person.title", { name: user.name })}
      button={t("action.save")}
      busy={change.isPending}
      error={change.error}
      onSubmit={submit}
    >
      <TextInput
        label={t("admin.name")}
        maxLength={100}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput label={t("admin.mail")} type="email" maxLength={254} {...form.getInputProps("email")} />
      <Select
        label={t("admin.role")}
        description={t(`admin.roleSays.${form.values.role}`)}
        allowDeselect={false}
        data={(["admin", "editor", "viewer"] as const).map((role) => ({
          value: role,
          label: t(`role.${role}`),
        }))}
        {...form.getInputProps("role")}
      />
      <SizeInput
        label={t("admin.person.quota")}
        description={t("admin.person.quotaSays")}
        value={form.values.quota_bytes}
        onChange={(size) => form.setFieldValue("quota_bytes", size)}
      />
      <Text size="sm" c="dimmed" className="tabular" mih="1.4em">
        {quota.data
          ? t("admin.person.used", {
              used: bytes(quota.data.used_bytes),
              limit: bytes(quota.data.limit_bytes),
              at: moment(quota.data.resets_at),
            })
          : null}
      </Text>
    </Dialog>
  );
}
