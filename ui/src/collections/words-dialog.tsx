import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, once } from "../api/client";
import { Fault } from "../parts/fault";
import { type Collection, refreshCollections } from "./collections";

interface WordsDialogProps {
  collection?: Collection;
  made?: (id: string) => void;
}

/** What a collection is called, and what is said of it. */
export function WordsDialog({ collection, made }: WordsDialogProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { title: collection?.title ?? "", description: collection?.description ?? "" },
  });
  const save = useMutation({
    mutationFn: async ({ title, description }: typeof form.values) => {
      const body = { title: title.trim(), description: description.trim() };
      const { data } = collection
        ? await api.PATCH("/api/v1/collections/{collection_id}", {
            params: { path: { collection_id: collection.id } },
            body,
          })
        : await api.POST("/api/v1/collections", { params: { header: once() }, body });
      return data;
    },
    onSuccess: async (saved) => {
      await refreshCollections();
      modals.closeAll();
      if (saved) made?.(saved.id);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <TextInput
          label={t("collections.name")}
          maxLength={300}
          required
          data-autofocus
          {...form.getInputProps("title")}
        />
        <Textarea
          label={t("collections.description")}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={10_000}
          {...form.getInputProps("description")}
        />
        <Fault error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {collection ? t("action.save") : t("collections.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
