import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../api/client";
import { clock } from "../format";
import type { Asset } from "../library/assets";
import { Standing } from "../library/standing";
import { Poster } from "../parts/poster";
import { tellWrong } from "../parts/telling";
import { beforeAfterMove, type Collection, refreshCollections, useMove } from "./collections";
import style from "./collections.module.css";
import type { Dragging } from "./dragging";

interface ItemRowProps {
  asset: Asset;
  ids: string[];
  collection: Collection;
  drag: Dragging;
}

/** A recording in a collection: moved up and down, or taken out. */
export function ItemRow({ asset, ids, collection, drag }: ItemRowProps) {
  const { t } = useTranslation();
  const params = { path: { collection_id: collection.id, asset_id: asset.id } };
  const after = {
    onSuccess: () => refreshCollections(),
    onError: tellWrong,
  };
  const move = useMove(collection.id);
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/collections/{collection_id}/items/{asset_id}", { params }),
    ...after,
  });
  const [up, down] = [beforeAfterMove(ids, asset.id, -1), beforeAfterMove(ids, asset.id, 1)];
  const { title } = asset;
  return (
    <li
      className={style.item}
      draggable={collection.may_change}
      data-dragged={drag.dragged === asset.id || undefined}
      data-over={drag.over === asset.id || undefined}
      {...drag.of(asset.id)}
    >
      <Poster asset={asset} small />
      <span className={style.itemWords}>
        <Link to={`/watch/${asset.id}`} title={title}>
          {title}
        </Link>
        {asset.state === "ready" ? (
          <span className={style.facts}>{clock(asset.duration_s)}</span>
        ) : (
          <Standing asset={asset} />
        )}
      </span>
      {collection.may_change ? (
        <span className={style.tools}>
          <Tool
            name={t("collections.up", { title })}
            tip={t("collections.upTip")}
            icon={<IconArrowUp size={17} />}
            off={up === undefined || move.isPending}
            act={() => move.mutate({ id: asset.id, before: up ?? null })}
          />
          <Tool
            name={t("collections.down", { title })}
            tip={t("collections.downTip")}
            icon={<IconArrowDown size={17} />}
            off={down === undefined || move.isPending}
            act={() => move.mutate({ id: asset.id, before: down ?? null })}
          />
          <Tool
            name={t("collections.takeOut", { title })}
            tip={t("collections.takeOutTip")}
            icon={<IconX size={17} />}
            off={remove.isPending}
            act={() => remove.mutate()}
          />
        </span>
      ) : null}
    </li>
  );
}

interface ToolProps {
  name: string;
  tip: string;
  icon: ReactNode;
  off: boolean;
  act: () => void;
}

function Tool({ name, tip, icon, off, act }: ToolProps) {
  return (
    <Tooltip label={tip}>
      {/* It keeps the focus where it cannot go further. */}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={name}
        data-disabled={off || undefined}
        aria-disabled={off || undefined}
        onClick={() => off || act()}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
