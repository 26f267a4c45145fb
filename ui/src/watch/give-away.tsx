import { Alert, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, sentenceOf } from "../api/client";
import { type Asset, changed, of } from "./data";

/** Make the recording somebody else's. */
export function GiveAway({ asset, opened, close }: { asset: Asset; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), 200);
  const [heir, setHeir] = useState<string | null>(null);
  const people = $api.useQuery(
    "get",
    "/api/v1/directory/people",
    { params: { query: { limit: 20, ...(asked ? { q: asked } : {}) } } },
    { enabled: opened, placeholderData: keepPreviousData },
  );
  const give = $api.useMutation("put", "/api/v1/assets/{asset_id}/owner", {
    onSuccess: async () => {
      close();
      await changed(asset.id);
    },
  });
  const choices = (people.data?.items ?? []).filter(({ id }) => id !== asset.owner_id);
  return (
    <Modal opened={opened} onClose={close} title={t("watch.giveAway.title")}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("watch.giveAway.says")}
        </Text>
        <Select
          label={t("watch.giveAway.whom")}
          data={choices.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          searchValue={words}
          onSearchChange={setWords}
          value={heir}
          onChange={setHeir}
          nothingFoundMessage={t("watch.giveAway.nobody")}
        />
        {give.error ? (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(give.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button
            disabled={!heir}
            loading={give.isPending}
            onClick={() => heir && give.mutate({ ...of(asset.id), body: { user_id: heir } })}
          >
            {t("watch.giveAway.do")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
