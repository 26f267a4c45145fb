import { Button, Group, Stack, TagsInput, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { useBulk } from "./bulk";

/** Give tags to recordings, or take them away. */
export function TagDialog({ ids, done }: { ids: string[]; done?: () => void }) {
  const { t } = useTranslation();
  const [tags, setTags] = useState<string[]>([]);
  const known = useTagNames();
  const bulk = useBulk(ids, () => {
    modals.closeAll();
    done?.();
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t("library.tagsSay", { count: ids.length })}
      </Text>
      <TagsInput
        label={t("library.tags")}
        placeholder={tags.length ? undefined : t("library.tagsType")}
        data={known}
        value={tags}
        onChange={(given) => setTags(given.map((tag) => tag.trim()).filter(Boolean))}
        maxTags={50}
        maxLength={50}
        acceptValueOnBlur
        // Above, where the names do not cover the buttons.
        comboboxProps={{ position: "top" }}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!tags.length || bulk.isPending}
          onClick={() => bulk.mutate({ do: "untag", tags })}
        >
          {t("library.untag")}
        </Button>
        <Button
          disabled={!tags.length}
          loading={bulk.isPending}
          onClick={() => bulk.mutate({ do: "tag", tags })}
        >
          {t("library.tag")}
        </Button>
      </Group>
    </Stack>
  );
}

export function useTagNames(): string[] {
  const { data } = $api.useQuery("get", "/api/v1/tags", { params: { query: { limit: 200 } } });
  return data?.items.map((tag) => tag.name) ?? [];
}
