import { NumberInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";

interface InvitationFormProps {
  close: () => void;
  made: (link: string) => void;
}

/** Who may join, as what, and until when. */
export function InvitationForm({ close, made }: InvitationFormProps) {
  const { t } = useTranslation();
  const groups = $api.useQuery("get", "/api/v1/directory/groups", { params: { query: { limit: 100 } } });
  const form = useForm({
    initialValues: {
      role: "editor" as Schemas["Role"],
      group_id: null as string | null,
      email: "",
      expires_in_days: 7,
    },
  });
  const make = $api.useMutation("post", "/api/v1/invitations", {
    onSuccess: async ({ link }) => {
      await queries.invalidateQueries({ queryKey: ["invitations"] });
      made(link);
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={t("admin.people.invite")}
      button={t("admin.invitations.make")}
      busy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate({ body: { ...form.values, email: form.values.email.trim() || null } })}
    >
      <Select
        label={t("admin.role")}
        data-autofocus
        description={t(`admin.roleSays.${form.values.role}`)}
        allowDeselect={false}
        data={(["viewer", "editor", "admin"] as const).map((role) => ({
          value: role,
          label: t(`role.${role}`),
        }))}
        {...form.getInputProps("role")}
      />
      <Select
        label={t("admin.group")}
        placeholder={t("admin.invitations.noGroup")}
        clearable
        searchable
        data={(groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps("group_id")}
      />
      <TextInput
        label={t("admin.mail")}
        description={t("admin.invitations.mailSays")}
        type="email"
        maxLength={254}
        {...form.getInputProps("email")}
      />
      <NumberInput
        label={t("admin.invitations.days")}
        min={1}
        max={90}
        allowDecimal={false}
        required
        {...form.getInputProps("expires_in_days")}
      />
    </Dialog>
  );
}
