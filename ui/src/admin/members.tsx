import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { useAsk } from "../parts/asking";
import { Fault } from "../parts/fault";
import { Listing } from "../parts/listing";
import { PersonSelect } from "../parts/person-select";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";
import type { Group as People } from "./groups";

/** Who is in a group: let people in, let them go, and delete the group itself. */
export function Members({ group, close }: { group: People; close: () => void }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const [chosen, setChosen] = useState<string | null>(null);
  const key = ["groups", group.id, "members"];
  const list = usePages<Schemas["NameView"]>(key, async (after, signal) => {
    const { data } = await api.GET("/api/v1/groups/{group_id}/members", {
      params: { path: { group_id: group.id }, query: { after } },
      signal,
    });
    return data ?? { items: [] };
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["groups"] });
  const add = $api.useMutation("put", "/api/v1/groups/{group_id}/members/{user_id}", {
    onSuccess: () => {
      setChosen(null);
      return refresh();
    },
  });
  const remove = $api.useMutation("delete", "/api/v1/groups/{group_id}/members/{user_id}", {
    onSuccess: refresh,
    onError: tellWrong,
  });
  const drop = $api.useMutation("delete", "/api/v1/groups/{group_id}", {
    onSuccess: () => {
      close();
      tell(t("admin.groups.isDeleted", { name: group.name }));
      return refresh();
    },
    onError: tellWrong,
  });
  const path = (user_id: string) => ({ params: { path: { group_id: group.id, user_id } } });
  return (
    <Modal opened onClose={close} title={group.name} size="lg">
      <Stack>
        <Group align="flex-end" gap="xs">
          <PersonSelect
            label={t("admin.groups.person")}
            flex="1 1 12rem"
            value={chosen}
            onChange={setChosen}
          />
          <Button
            disabled={!chosen}
            loading={add.isPending}
            onClick={() => chosen && add.mutate(path(chosen))}
          >
            {t("admin.groups.add")}
          </Button>
        </Group>
        <Fault error={add.error} />
        <div>
          <Listing list={list} empty={<Text c="dimmed">{t("admin.groups.nobody")}</Text>}>
            {(found) => (
              <Rows label={t("admin.groups.membersOf", { name: group.name })}>
                {found.map(({ id, name }) => (
                  <Row
                    key={id}
                    title={name}
                    actions={
                      <Button
                        variant="default"
                        size="xs"
                        aria-label={t("admin.groups.removeOf", { name })}
                        onClick={() => remove.mutate(path(id))}
                      >
                        {t("admin.groups.remove")}
                      </Button>
                    }
                  />
                ))}
              </Rows>
            )}
          </Listing>
        </div>
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="red"
            onClick={() =>
              ask({
                title: t("admin.groups.delete"),
                says: t("admin.groups.deleteSays", { name: group.name }),
                button: t("action.delete"),
                act: () => drop.mutate({ params: { path: { group_id: group.id } } }),
              })
            }
          >
            {t("admin.groups.delete")}
          </Button>
          <Button onClick={close}>{t("action.close")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
