import { Button, Divider, Group, Select, Stack, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, once } from "../api/client";
import { tellWrong } from "../parts/telling";
import { useBulk } from "./bulk";

/** Put recordings into a collection, or into a new one. */
export function CollectDialog({ ids, done }: { ids: string[]; done?: () => void }) {
  const { t } = useTranslation();
  const [into, setInto] = useState<string | null>(null);
  const [title, setTitle] = useState("");
  const bulk = useBulk(ids, () => {
    modals.closeAll();
    done?.();
  });
  const { data } = $api.useQuery("get", "/api/v1/collections", { params: { query: { limit: 200 } } });
  const own = data?.items.filter((each) => each.may_change) ?? [];
  const create = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/collections", {
        params: { header: once() },
        body: { title: title.trim(), description: "" },
      }),
    onSuccess: ({ data: made }) => made && bulk.mutate({ do: "collect", collection_id: made.id }),
    onError: tellWrong,
  });
  return (
    <Stack>
      {own.length ? (
        <>
          <Select
            label={t("library.collection")}
            placeholder={t("library.choose")}
            data={own.map((each) => ({ value: each.id, label: each.title }))}
            value={into}
            onChange={setInto}
            searchable
            data-autofocus
          />
          <Group justify="flex-end">
            <Button
              disabled={!into}
              loading={bulk.isPending && !create.isPending}
              onClick={() => into && bulk.mutate({ do: "collect", collection_id: into })}
            >
              {t("library.add")}
            </Button>
          </Group>
          <Divider label={t("session.or")} />
        </>
      ) : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={t("library.newCollection")}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            maxLength={300}
            required
            data-autofocus={own.length ? undefined : true}
          />
          <Button type="submit" variant="default" disabled={!title.trim()} loading={create.isPending}>
            {t("library.make")}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}
