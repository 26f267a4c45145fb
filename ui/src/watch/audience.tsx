import { Alert, Button, Checkbox, Group, Loader, Radio, Select, Stack, Text } from "@mantine/core";
import { IconLock, IconUsers, IconWorld, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, sentenceOf } from "../api/client";
import { type Asset, changed, of } from "./data";
import classes from "./watch.module.css";

interface Given {
  group_id: string;
  name: string;
  may_edit: boolean;
}

/** Who finds a recording here: its owner, groups, or everybody. Links come on top. */
export function AudienceForm({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(asset.visibility);
  const [given, setGiven] = useState<Given[]>(asset.groups);
  const groups = $api.useQuery("get", "/api/v1/directory/groups", { params: { query: { limit: 200 } } });
  const save = $api.useMutation("put", "/api/v1/assets/{asset_id}/audience", {
    onSuccess: () => changed(asset.id),
  });
  const set = (visibility: typeof chosen, to: Given[] = []) => {
    setChosen(visibility);
    setGiven(to);
    // Groups and their choice go together: nothing is told until there is one.
    if (visibility === "group" && to.length === 0) return;
    save.mutate({
      ...of(asset.id),
      body: {
        visibility,
        groups: visibility === "group" ? to.map(({ name: _, ...each }) => each) : [],
      },
    });
  };
  const left = (groups.data?.items ?? []).filter(({ id }) => !given.some(({ group_id }) => group_id === id));
  return (
    <section aria-label={t("watch.share.people")}>
      <Radio.Group
        label={t("watch.share.people")}
        value={chosen === "link" ? "private" : chosen}
        onChange={(value) => set(value as typeof chosen, value === "group" ? asset.groups : [])}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="private" label={<Choice icon={<IconLock size={16} />} name="private" />} />
          <Radio value="group" label={<Choice icon={<IconUsers size={16} />} name="group" />} />
          <Radio value="instance" label={<Choice icon={<IconWorld size={16} />} name="instance" />} />
        </Stack>
      </Radio.Group>
      {chosen === "group" ? (
        <Stack gap="xs" mt="sm" ml="xl">
          {given.map((each) => (
            <Group key={each.group_id} justify="space-between" wrap="nowrap">
              <Text fw={520}>{each.name}</Text>
              <Group gap="xs" wrap="nowrap">
                <Checkbox
                  label={t("watch.share.mayEdit")}
                  checked={each.may_edit}
                  onChange={(event) => {
                    const may_edit = event.currentTarget.checked;
                    set(
                      "group",
                      given.map((one) => (one.group_id === each.group_id ? { ...one, may_edit } : one)),
                    );
                  }}
                />
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  aria-label={t("watch.share.removeGroup", { name: each.name })}
                  onClick={() => {
                    const rest = given.filter((one) => one.group_id !== each.group_id);
                    set(rest.length ? "group" : "private", rest);
                  }}
                >
                  <IconX size={15} />
                </Button>
              </Group>
            </Group>
          ))}
          <Select
            aria-label={t("watch.share.addGroup")}
            placeholder={t("watch.share.addGroup")}
            data={left.map(({ id, name }) => ({ value: id, label: name }))}
            value={null}
            searchable
            nothingFoundMessage={t("watch.share.noGroup")}
            onChange={(id, option) => {
              if (id && option)
                set("group", [...given, { group_id: id, name: option.label, may_edit: false }]);
            }}
          />
        </Stack>
      ) : null}
      <Text size="sm" c="dimmed" mt="xs" role="status" className={classes.saved}>
        {save.isPending ? <Loader size={12} /> : save.isSuccess ? t("watch.share.saved") : ""}
      </Text>
      {save.error ? (
        <Alert color="red" variant="light" role="alert">
          {sentenceOf(save.error)}
        </Alert>
      ) : null}
    </section>
  );
}

function Choice({ icon, name }: { icon: React.ReactNode; name: "private" | "group" | "instance" }) {
  const { t } = useTranslation();
  return (
    <span className={classes.choice}>
      {icon}
      <span>
        {t(`watch.visibility.${name}`)}
        <Text size="xs" c="dimmed">
          {t(`watch.share.says.${name}`)}
        </Text>
      </span>
    </span>
  );
}
