import { Button, Group, Menu, Select, Stack } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "../api/client";
import { Fault } from "../parts/fault";
import { useOpenDialog } from "../parts/open-dialog";
import { refreshAssets } from "./assets";
import { More } from "./named";
import style from "./organise.module.css";

type Tag = Schemas["TagView"];

interface TagRowProps {
  tag: Tag;
  others: Tag[];
  admin: boolean;
}

/** A tag, with what may be done with it. */
export function TagRow({ tag, others, admin }: TagRowProps) {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const params = { path: { tag_id: tag.id } };
  const { name } = tag;
  return (
    <li className={style.row}>
      <Link to={`/library?tag=${encodeURIComponent(name)}`}>{name}</Link>
      <span className={style.count}>{tag.assets}</span>
      {admin ? (
        <More
          name={name}
          rename={(to) => api.PATCH("/api/v1/tags/{tag_id}", { params, body: { name: to } })}
          remove={() => api.DELETE("/api/v1/tags/{tag_id}", { params })}
          sure={t("organise.sureTag", { name })}
          says={t("organise.sureTagSays")}
        >
          <Menu.Item
            disabled={!others.length}
            onClick={() => open(t("organise.mergeOne", { name }), <MergeDialog tag={tag} others={others} />)}
          >
            {t("organise.merge")}
          </Menu.Item>
        </More>
      ) : null}
    </li>
  );
}

function MergeDialog({ tag, others }: { tag: Tag; others: Tag[] }) {
  const { t } = useTranslation();
  const [into, setInto] = useState<string | null>(null);
  const merge = useMutation({
    mutationFn: (to: string) =>
      api.POST("/api/v1/tags/{tag_id}/merge", { params: { path: { tag_id: tag.id } }, body: { into: to } }),
    onSuccess: async () => {
      await refreshAssets();
      modals.closeAll();
    },
  });
  return (
    <Stack>
      <Select
        label={t("organise.into")}
        data={others.map((each) => ({ value: each.id, label: each.name }))}
        value={into}
        onChange={setInto}
        searchable
        data-autofocus
      />
      <Fault error={merge.error} />
      <Group justify="flex-end">
        <Button disabled={!into} loading={merge.isPending} onClick={() => into && merge.mutate(into)}>
          {t("organise.merge")}
        </Button>
      </Group>
    </Stack>
  );
}
