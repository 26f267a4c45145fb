import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";
import { useMe } from "../session/me";

const DAYS = ["7", "30", "90", "365", ""];

interface TokenFormProps {
  close: () => void;
  made: (secret: string) => void;
}

/** What a token is for, what it may do, and how long. */
export function TokenForm({ close, made }: TokenFormProps) {
  const { t } = useTranslation();
  const { role } = useMe();
  const scopes: Schemas["Scope"][] =
    role === "admin"
      ? ["read", "upload", "write", "admin"]
      : role === "editor"
        ? ["read", "upload", "write"]
        : ["read"];
  const form = useForm({
    initialValues: { name: "", scopes: ["read"] as Schemas["Scope"][], days: "90" },
    validate: { scopes: (chosen) => (chosen.length ? null : t("account.tokens.chooseScope")) },
  });
  const make = $api.useMutation("post", "/api/v1/tokens", {
    onSuccess: async ({ secret }) => {
      await queries.invalidateQueries({ queryKey: ["tokens"] });
      made(secret);
    },
  });
  function submit() {
    if (form.validate().hasErrors) return;
    const { name, scopes: chosen, days } = form.values;
    make.mutate({ body: { name, scopes: chosen, expires_in_days: days ? Number(days) : null } });
  }
  return (
    <Dialog
      opened
      close={close}
      title={t("account.tokens.new")}
      button={t("account.tokens.make")}
      busy={make.isPending}
      error={make.error}
      onSubmit={submit}
    >
      <TextInput
        label={t("account.tokens.name")}
        description={t("account.tokens.nameSays")}
        maxLength={100}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Checkbox.Group label={t("account.tokens.scopes")} {...form.getInputProps("scopes")}>
        <Stack gap="xs" mt={6}>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              label={t(`account.tokens.scope.${scope}.name`)}
              description={t(`account.tokens.scope.${scope}.says`)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <Select
        label={t("account.tokens.days")}
        allowDeselect={false}
        data={DAYS.map((days) => ({
          value: days,
          label: days ? t("account.tokens.inDays", { count: Number(days) }) : t("account.tokens.forEver"),
        }))}
        {...form.getInputProps("days")}
      />
    </Dialog>
  );
}
