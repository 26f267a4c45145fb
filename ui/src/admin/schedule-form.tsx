import { JsonInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, once, queries } from "../api/client";
import { Dialog } from "../parts/dialog";

/** What starts, and when. */
export function ScheduleForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const recipes = $api.useQuery("get", "/api/v1/recipes");
  const form = useForm({
    initialValues: {
      name: "",
      recipe: null as string | null,
      cron: "0 6 * * 1-5",
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      params: "{}",
    },
    validate: {
      recipe: (value) => (value ? null : t("admin.schedules.chooseRecipe")),
      params: (value) => (readObject(value) ? null : t("admin.schedules.notJson")),
    },
  });
  const make = $api.useMutation("post", "/api/v1/schedules", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/schedules"] });
      close();
    },
  });
  function submit() {
    if (form.validate().hasErrors) return;
    const { recipe, params, ...rest } = form.values;
    const body = { ...rest, recipe: recipe ?? "", params: readObject(params) ?? {}, enabled: true };
    make.mutate({ params: { header: once() }, body });
  }
  return (
    <Dialog
      opened
      close={close}
      title={t("admin.schedules.new")}
      button={t("admin.schedules.make")}
      busy={make.isPending}
      error={make.error}
      onSubmit={submit}
    >
      <TextInput
        label={t("admin.name")}
        maxLength={200}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Select
        label={t("admin.schedules.recipe")}
        required
        data={(recipes.data?.items ?? []).map(({ name, title }) => ({ value: name, label: title }))}
        {...form.getInputProps("recipe")}
      />
      <TextInput
        label={t("admin.schedules.cron")}
        description={t("admin.schedules.cronSays")}
        maxLength={100}
        required
        ff="monospace"
        {...form.getInputProps("cron")}
      />
      <Select
        label={t("admin.schedules.zone")}
        searchable
        allowDeselect={false}
        data={[...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])]}
        {...form.getInputProps("zone")}
      />
      <JsonInput
        label={t("admin.schedules.params")}
        description={t("admin.schedules.paramsSay")}
        autosize
        minRows={2}
        {...form.getInputProps("params")}
      />
    </Dialog>
  );
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text || "{}");
    return typeof read === "object" && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
