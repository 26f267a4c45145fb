import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconLink, IconPencil, IconStack2, IconTrash, IconUsers } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { $api, api } from "../api/client";
import { Page } from "../app/page";
import { Answer, Empty, Failed, Loading } from "../app/states";
import { useOpenDialog } from "../parts/open-dialog";
import { tellWrong } from "../parts/telling";
import { VisibilityMark } from "../parts/visibility";
import { Links } from "../shares/links";
import { AudienceDialog } from "./audience-dialog";
import { type Collection, refreshCollections, useItems, useMove } from "./collections";
import style from "./collections.module.css";
import { END, useDragging } from "./dragging";
import { ItemRow } from "./item-row";
import { WordsDialog } from "./words-dialog";

/** One collection: what is in it, in its order. */
export function Component() {
  const { id = "" } = useParams();
  const query = $api.useQuery("get", "/api/v1/collections/{collection_id}", {
    params: { path: { collection_id: id } },
  });
  return <Answer query={query}>{(collection) => <Shown collection={collection} />}</Answer>;
}

function Shown({ collection }: { collection: Collection }) {
  const { t } = useTranslation();
  const items = useItems(collection.id);
  const ids = items.items.map((asset) => asset.id);
  const move = useMove(collection.id);
  const drag = useDragging(ids, (id, before) => move.mutate({ id, before }));
  function list() {
    if (items.error) return <Failed error={items.error} retry={() => void items.refetch()} />;
    if (items.isPending) return <Loading rows={Math.max(1, collection.assets)} height={64} />;
    if (!ids.length)
      return (
        <Empty icon={<IconStack2 size={24} />} title={t("collections.nothing")}>
          {t("collections.nothingSays")}
        </Empty>
      );
    return (
      <ol className={style.items} aria-label={t("library.list")} data-over={drag.over === END || undefined}>
        {items.items.map((asset) => (
          <ItemRow key={asset.id} asset={asset} ids={ids} collection={collection} drag={drag} />
        ))}
      </ol>
    );
  }
  return (
    <Page
      title={collection.title}
      actions={collection.may_change ? <Actions collection={collection} /> : null}
    >
      <p className={style.about}>
        <VisibilityMark value={collection.visibility} />
        <span>
          {collection.groups.length
            ? collection.groups.map((each) => each.name).join(", ")
            : t(`visibility.short.${collection.visibility}`)}
        </span>
        <span>{t("collections.count", { count: collection.assets })}</span>
      </p>
      {collection.description ? <p className={style.description}>{collection.description}</p> : null}
      {list()}
      {items.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={items.isFetchingNextPage}
          onClick={() => void items.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </Page>
  );
}

function Actions({ collection }: { collection: Collection }) {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const navigate = useNavigate();
  const path = { collection_id: collection.id };
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/collections/{collection_id}", { params: { path } }),
    onSuccess: async () => {
      await navigate("/collections");
      await refreshCollections();
      const note = notifications.show({
        autoClose: 10_000,
        message: (
          <span className={style.undo}>
            {t("collections.deleted", { title: collection.title })}
            <Button size="compact-sm" variant="light" onClick={() => void restore(note)}>
              {t("library.undo")}
            </Button>
          </span>
        ),
      });
    },
    onError: tellWrong,
  });
  async function restore(note: string) {
    notifications.hide(note);
    try {
      await api.POST("/api/v1/collections/{collection_id}/restore", { params: { path } });
      await refreshCollections();
    } catch (error) {
      tellWrong(error);
    }
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUsers size={17} />}
        onClick={() => open(t("collections.audience"), <AudienceDialog collection={collection} />)}
      >
        {t("collections.audience")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconLink size={17} />}
        onClick={() =>
          open(t("collections.share"), <Links of={{ kind: "collection", id: collection.id }} />, "lg")
        }
      >
        {t("collections.share")}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={t("collections.more")} loading={remove.isPending}>
            <IconDots size={18} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            onClick={() => open(t("collections.rename"), <WordsDialog collection={collection} />)}
          >
            {t("collections.rename")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => remove.mutate()}>
            {t("collections.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
