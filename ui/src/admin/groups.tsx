import { Button, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { Dialog } from "../parts/dialog";
import { Listing } from "../parts/listing";
import { Row, Rows } from "../parts/rows";
import { Members } from "./members";

export type Group = Schemas["cutroom__accounts__schemas__GroupView"];

/** Groups that recordings are shared with. */
export function Component() {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<Group | "new" | null>(null);
  const [members, setMembers] = useState<Group | null>(null);
  const groups = usePages<Group>(["groups"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/groups", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page
      title={t("admin.groups.title")}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setEditing("new")}>
          {t("admin.groups.new")}
        </Button>
      }
    >
      <Listing
        list={groups}
        empty={
          <Empty icon={<IconUsersGroup size={24} />} title={t("admin.groups.none")}>
            {t("admin.groups.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("admin.groups.title")}>
            {found.map((group) => (
              <Row
                key={group.id}
                title={group.name}
                says={[t("admin.groups.members", { count: group.members }), group.description]
                  .filter(Boolean)
                  .join(" · ")}
                wide
                actions={
                  <>
                    <Button
                      variant="default"
                      size="xs"
                      aria-label={t("admin.groups.membersOf", { name: group.name })}
                      onClick={() => setMembers(group)}
                    >
                      {t("admin.groups.membersButton")}
                    </Button>
                    <Button
                      variant="default"
                      size="xs"
                      aria-label={t("admin.groups.editOf", { name: group.name })}
                      onClick={() => setEditing(group)}
                    >
                      {t("action.edit")}
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Listing>
      {editing ? (
        <GroupForm group={editing === "new" ? null : editing} close={() => setEditing(null)} />
      ) : null}
      {members ? <Members group={members} close={() => setMembers(null)} /> : null}
    </Page>
  );
}

function GroupForm({ group, close }: { group: Group | null; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: group?.name ?? "", description: group?.description ?? "" },
  });
  const save = useMutation({
    mutationFn: async () => {
      const body = form.values;
      if (group)
        await api.PATCH("/api/v1/groups/{group_id}", { params: { path: { group_id: group.id } }, body });
      else await api.POST("/api/v1/groups", { params: { header: once() }, body });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["groups"] });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/directory/groups"] });
      close();
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={group ? group.name : t("admin.groups.new")}
      button={group ? t("action.save") : t("admin.groups.make")}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      <TextInput
        label={t("admin.name")}
        maxLength={100}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Textarea
        label={t("admin.description")}
        maxLength={2000}
        autosize
        minRows={2}
        {...form.getInputProps("description")}
      />
    </Dialog>
  );
}
