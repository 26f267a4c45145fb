import { Button, Checkbox, Group, MultiSelect, Radio, Stack } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../api/client";
import { VISIBILITIES } from "../library/filters";
import { Fault } from "../parts/fault";
import { type Collection, refreshCollections } from "./collections";

/** Who finds a collection; in it they find what they may see anyway. */
export function AudienceDialog({ collection }: { collection: Collection }) {
  const { t } = useTranslation();
  const [visibility, setVisibility] = useState<Schemas["Visibility"]>(collection.visibility);
  const [groups, setGroups] = useState(collection.groups.map((each) => each.group_id));
  const [edit, setEdit] = useState(collection.groups.some((each) => each.may_edit));
  const { data } = $api.useQuery("get", "/api/v1/directory/groups", { params: { query: { limit: 200 } } });
  const known = [
    ...(data?.items.map((each) => ({ value: each.id, label: each.name })) ?? []),
    ...collection.groups
      .filter((each) => !data?.items.some((group) => group.id === each.group_id))
      .map((each) => ({ value: each.group_id, label: each.name })),
  ];
  const given = visibility === "group" ? groups : [];
  const save = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/collections/{collection_id}/audience", {
        params: { path: { collection_id: collection.id } },
        body: { visibility, groups: given.map((group_id) => ({ group_id, may_edit: edit })) },
      }),
    onSuccess: async () => {
      await refreshCollections();
      modals.closeAll();
    },
  });
  return (
    <Stack>
      <Radio.Group
        label={t("collections.audience")}
        description={t("collections.audienceSays")}
        value={visibility}
        onChange={(value) => setVisibility(value as Schemas["Visibility"])}
      >
        <Stack gap="xs" mt="sm">
          {VISIBILITIES.map((value) => (
            <Radio key={value} value={value} label={t(`visibility.${value}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {visibility === "group" ? (
        <>
          <MultiSelect
            label={t("collections.groups")}
            data={known}
            value={groups}
            onChange={setGroups}
            searchable
            nothingFoundMessage={t("collections.noGroup")}
          />
          <Checkbox
            label={t("collections.mayEdit")}
            checked={edit}
            onChange={(event) => setEdit(event.currentTarget.checked)}
          />
        </>
      ) : null}
      <Fault error={save.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => modals.closeAll()}>
          {t("action.cancel")}
        </Button>
        <Button
          loading={save.isPending}
          disabled={visibility === "group" && !groups.length}
          onClick={() => save.mutate()}
        >
          {t("action.save")}
        </Button>
      </Group>
    </Stack>
  );
}
