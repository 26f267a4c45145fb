import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconCategory, IconFolderPlus, IconTag, IconTrash, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../parts/keys";
import { useBulk } from "./bulk";
import { CollectDialog } from "./collect-dialog";
import { useCategories } from "./filter-bar";
import style from "./library.module.css";
import type { Selection } from "./selection";
import { TagDialog } from "./tag-dialog";

/** What can be done with all that are chosen; it stands where the search stood. */
export function BulkBar({ selection, loaded }: { selection: Selection; loaded: number }) {
  const { t } = useTranslation();
  const ids = [...selection.chosen];
  const bulk = useBulk(ids, selection.clear);
  const categories = useCategories();
  useKeys([["Delete", () => bulk.mutate({ do: "delete" })]]);
  const dialog = (title: string, children: React.ReactNode) => modals.open({ title, children });
  return (
    <div role="toolbar" aria-label={t("library.withSelected")} className={style.bulk}>
      <Tooltip label={`${t("library.deselect")} (Esc)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("library.deselect")}
          onClick={selection.clear}
        >
          <IconX size={18} />
        </ActionIcon>
      </Tooltip>
      <strong role="status">{t("library.chosen", { count: ids.length })}</strong>
      {ids.length < loaded ? (
        <Button variant="subtle" size="compact-sm" onClick={selection.all}>
          {t("library.all", { count: loaded })}
        </Button>
      ) : null}
      <span className={style.spring} />
      <Menu width={220}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconCategory size={16} />} loading={bulk.isPending}>
            {t("library.category")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {categories.map((each) => (
            <Menu.Item key={each.id} onClick={() => bulk.mutate({ do: "categorise", category_id: each.id })}>
              {each.name}
            </Menu.Item>
          ))}
          {categories.length ? <Menu.Divider /> : null}
          <Menu.Item onClick={() => bulk.mutate({ do: "categorise", category_id: null })}>
            {t("library.noCategory")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button
        variant="default"
        leftSection={<IconTag size={16} />}
        onClick={() => dialog(t("library.tags"), <TagDialog ids={ids} done={selection.clear} />)}
      >
        {t("library.tags")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} />}
        onClick={() => dialog(t("library.collect"), <CollectDialog ids={ids} done={selection.clear} />)}
      >
        {t("library.collection")}
      </Button>
      <Tooltip label={`${t("library.delete")} (Del)`}>
        <Button
          variant="light"
          color="red"
          leftSection={<IconTrash size={16} />}
          loading={bulk.isPending}
          onClick={() => bulk.mutate({ do: "delete" })}
        >
          {t("action.delete")}
        </Button>
      </Tooltip>
    </div>
  );
}
