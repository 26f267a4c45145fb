import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconFolderPlus, IconSparkles, IconTag, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, once } from "../api/client";
import { useOpenDialog } from "../parts/open-dialog";
import { tellWrong } from "../parts/telling";
import type { Asset } from "./assets";
import { useBulk } from "./bulk";
import { CollectDialog } from "./collect-dialog";
import style from "./library.module.css";
import { TagDialog } from "./tag-dialog";

/** What can be done with one recording; the menu itself is made once somebody wants it, for lists have many. */
export function AssetMenu({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  if (!asset.may_change) return null;
  if (wanted) return <OpenMenu asset={asset} />;
  return (
    <button
      type="button"
      className={style.menuButton}
      aria-haspopup="menu"
      aria-label={t("library.menu", { title: asset.title })}
      onClick={() => setWanted(true)}
    >
      <IconDots size={17} />
    </button>
  );
}

function OpenMenu({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const open = useOpenDialog();
  const navigate = useNavigate();
  const bulk = useBulk([asset.id]);
  const highlights = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/runs", {
        params: { header: once() },
        body: { recipe: "highlights", asset_id: asset.id, priority: 0 },
      }),
    onSuccess: ({ data }) => data && navigate(`/runs/${data.id}`),
    onError: tellWrong,
  });
  return (
    // The button that was pressed is gone: this one has the focus back.
    <Menu position="bottom-end" width={230} defaultOpened onClose={() => button.current?.focus()}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("library.menu", { title: asset.title })}
          loading={highlights.isPending}
        >
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconSparkles size={16} />}
          disabled={asset.state === "failed"}
          onClick={() => highlights.mutate()}
        >
          {t("library.highlights")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTag size={16} />}
          onClick={() => open(t("library.tags"), <TagDialog ids={[asset.id]} />)}
        >
          {t("library.tags")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFolderPlus size={16} />}
          onClick={() => open(t("library.collect"), <CollectDialog ids={[asset.id]} />)}
        >
          {t("library.collect")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() => bulk.mutate({ do: "delete" })}
        >
          {t("library.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
