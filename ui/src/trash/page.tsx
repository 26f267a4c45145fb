import { Button, Checkbox, Group } from "@mantine/core";
import { IconArrowBackUp, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { ago, bytes, moment } from "../format";
import { refreshAssets } from "../library/assets";
import { useBulk } from "../library/bulk";
import { type Selection, useSelection } from "../library/selection";
import { useAsk } from "../parts/asking";
import { Poster } from "../parts/poster";
import { tellWrong } from "../parts/telling";
import { useMayEdit } from "../session/me";
import style from "./trash.module.css";

type Trashed = Schemas["TrashedAsset"];

/** What was deleted: had back, or gone for good. */
export function Component() {
  const { t } = useTranslation();
  const may = useMayEdit();
  const trash = usePages(["trash"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/trash", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  const ids = useMemo(() => trash.items.map((each) => each.id), [trash.items]);
  const selection = useSelection(ids, "trash");
  const chosen = [...selection.chosen].filter((id) => ids.includes(id));
  const restore = useBulk(chosen, selection.clear);
  const purge = usePurge(selection.clear);

  function list() {
    if (trash.error) return <Failed error={trash.error} retry={() => void trash.refetch()} />;
    if (trash.isPending) return <Loading rows={5} height={64} />;
    if (!ids.length)
      return (
        <Empty icon={<IconTrash size={24} />} title={t("trash.empty")}>
          {t("trash.emptySays")}
        </Empty>
      );
    return (
      <ul className={style.list} aria-label={t("nav.trash")}>
        {trash.items.map((asset) => (
          <Row key={asset.id} asset={asset} selection={selection} purge={purge.ask} />
        ))}
      </ul>
    );
  }
  return (
    <Page
      title={t("nav.trash")}
      actions={
        may && ids.length ? (
          chosen.length ? (
            <>
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={17} />}
                loading={restore.isPending}
                onClick={() => restore.mutate({ do: "restore" })}
              >
                {t("trash.restoreMany", { count: chosen.length })}
              </Button>
              <Button color="red" variant="light" onClick={() => purge.ask(chosen)}>
                {t("trash.purgeMany", { count: chosen.length })}
              </Button>
            </>
          ) : (
            <Button
              color="red"
              variant="light"
              leftSection={<IconTrash size={17} />}
              loading={purge.busy}
              onClick={() => purge.ask(null)}
            >
              {t("trash.emptyIt")}
            </Button>
          )
        ) : null
      }
    >
      {list()}
      {trash.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={trash.isFetchingNextPage}
          onClick={() => void trash.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </Page>
  );
}

interface RowProps {
  asset: Trashed;
  selection: Selection;
  purge: (ids: string[]) => void;
}

function Row({ asset, selection, purge }: RowProps) {
  const { t } = useTranslation();
  const restore = useBulk([asset.id]);
  const { title } = asset;
  const who = asset.deleted_by?.name;
  return (
    <li className={style.row}>
      <Checkbox
        size="sm"
        checked={selection.chosen.has(asset.id)}
        aria-label={t("library.select", { title })}
        onClick={(event) => selection.toggle(asset.id, event.shiftKey)}
        onChange={() => {}}
      />
      {/* Pictures of what is deleted are not given out. */}
      <Poster asset={{ ...asset, files: [] }} small />
      <div className={style.words}>
        <strong title={title}>{title}</strong>
        <span className={style.facts}>
          <span title={moment(asset.deleted_at)}>
            {who
              ? t("trash.deletedBy", { who, ago: ago(asset.deleted_at) })
              : t("trash.deleted", { ago: ago(asset.deleted_at) })}
          </span>
          <span>{bytes(asset.size_bytes)}</span>
          <span title={moment(asset.gone_at)}>{t("trash.gone", { ago: ago(asset.gone_at) })}</span>
        </span>
      </div>
      <Group gap="xs" className={style.tools}>
        <Button
          size="compact-sm"
          variant="default"
          loading={restore.isPending}
          aria-label={t("trash.restoreOne", { title })}
          onClick={() => restore.mutate({ do: "restore" })}
        >
          {t("trash.restore")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t("trash.purgeOne", { title })}
          onClick={() => purge([asset.id])}
        >
          {t("trash.purge")}
        </Button>
      </Group>
    </li>
  );
}

/** Remove for good what is named, or all; it is asked for once. */
function usePurge(done: () => void) {
  const { t } = useTranslation();
  const sure = useAsk();
  const purge = useMutation({
    mutationFn: async (ids: string[] | null) => {
      for (;;) {
        const some = ids ?? (await firstOfTrash());
        for (const asset_id of some)
          await api.DELETE("/api/v1/trash/{asset_id}", { params: { path: { asset_id } } });
        if (ids || !some.length) return;
      }
    },
    onSettled: refreshAssets,
    onSuccess: done,
    onError: tellWrong,
  });
  function ask(ids: string[] | null) {
    sure({
      title: ids ? t("trash.sure", { count: ids.length }) : t("trash.sureAll"),
      says: t("trash.sureSays"),
      button: t("trash.purge"),
      act: () => purge.mutate(ids),
    });
  }
  return { ask, busy: purge.isPending };
}

async function firstOfTrash(): Promise<string[]> {
  const { data } = await api.GET("/api/v1/trash", { params: { query: { limit: 100 } } });
  return data?.items.map((each) => each.id) ?? [];
}
