import { Alert, Button, Group, Select, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, sentenceOf } from "../api/client";
import { type Asset, changed, of } from "./data";

/** Change what is said of a recording. */
export function Describe({ asset, done }: { asset: Asset; done: () => void }) {
  const { t } = useTranslation();
  const licences = $api.useQuery("get", "/api/v1/licences", {}, { staleTime: Number.POSITIVE_INFINITY }).data;
  const categories = $api.useQuery("get", "/api/v1/categories").data;
  const tags = $api.useQuery("get", "/api/v1/tags", { params: { query: { limit: 100 } } }).data;
  const form = useForm({
    initialValues: {
      title: asset.title,
      description: asset.description,
      category_id: asset.category?.id ?? null,
      tags: asset.tags,
      licence: asset.licence?.key ?? null,
      licence_note: asset.licence_note,
      attribution: asset.attribution,
      source_url: asset.source_url ?? "",
    },
  });
  const save = $api.useMutation("patch", "/api/v1/assets/{asset_id}", {
    onSuccess: async () => {
      await changed(asset.id);
      done();
    },
  });
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        save.mutate({ ...of(asset.id), body: { ...values, source_url: values.source_url || null } }),
      )}
    >
      <Stack maw="44rem">
        <TextInput
          label={t("watch.about.title")}
          maxLength={300}
          required
          data-autofocus
          autoFocus
          {...form.getInputProps("title")}
        />
        <Textarea
          label={t("watch.about.description")}
          maxLength={10_000}
          autosize
          minRows={3}
          maxRows={14}
          {...form.getInputProps("description")}
        />
        <Group grow align="start">
          <Select
            label={t("watch.about.category")}
            data={(categories?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            placeholder={t("watch.about.noCategory")}
            clearable
            searchable
            {...form.getInputProps("category_id")}
          />
          <TagsInput
            label={t("watch.about.tags")}
            data={(tags?.items ?? []).map(({ name }) => name)}
            maxTags={50}
            {...form.getInputProps("tags")}
          />
        </Group>
        <Select
          label={t("watch.about.licence")}
          data={(licences?.items ?? []).map(({ key, name }) => ({ value: key, label: name }))}
          placeholder={t("watch.about.noLicence")}
          clearable
          searchable
          {...form.getInputProps("licence")}
        />
        <TextInput
          label={t("watch.about.attribution")}
          description={t("watch.about.attributionSays")}
          maxLength={1000}
          {...form.getInputProps("attribution")}
        />
        <TextInput label={t("watch.about.note")} maxLength={2000} {...form.getInputProps("licence_note")} />
        <TextInput
          label={t("watch.about.seenAt")}
          type="url"
          maxLength={2000}
          {...form.getInputProps("source_url")}
        />
        {save.error ? (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(save.error)}
          </Alert>
        ) : null}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t("action.save")}
          </Button>
          <Button variant="default" onClick={done}>
            {t("action.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
