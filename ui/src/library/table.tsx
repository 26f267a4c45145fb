import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { bytes, clock, moment } from "../format";
import { Poster } from "../parts/poster";
import { VisibilityMark } from "../parts/visibility";
import { useOwnerName } from "./assets";
import { Choose } from "./card";
import { type ListProps, useMoreNearEnd, useWindowRows } from "./grid";
import style from "./library.module.css";
import { AssetMenu } from "./menu";
import { Standing } from "./standing";

const ROW = 64;

/** Recordings line by line. */
export function AssetTable({ assets, selection, more, loadMore }: ListProps) {
  const { t } = useTranslation();
  const owner = useOwnerName();
  const { list, virtual } = useWindowRows(assets.length, ROW);
  const shown = virtual.getVirtualItems();
  const before = (shown[0]?.start ?? virtual.options.scrollMargin) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - ((shown.at(-1)?.end ?? 0) - virtual.options.scrollMargin);
  useMoreNearEnd(shown.at(-1)?.index, assets.length, more, loadMore);
  return (
    <div ref={list}>
      <table
        className={style.table}
        aria-label={t("library.list")}
        aria-rowcount={more ? -1 : assets.length + 1}
      >
        <thead>
          <tr>
            {selection ? (
              <th className={style.tick}>
                <span className={style.unseen}>{t("library.selected")}</span>
              </th>
            ) : null}
            <th>{t("library.column.title")}</th>
            <th className={style.mid}>{t("library.column.state")}</th>
            <th className={style.number}>{t("library.column.length")}</th>
            <th className={`${style.number} ${style.mid}`}>{t("library.column.size")}</th>
            <th className={style.wide}>{t("library.column.owner")}</th>
            <th className={style.wide}>{t("library.column.added")}</th>
            <th className={style.tick}>
              <span className={style.unseen}>{t("library.column.more")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <tr style={{ height: before }} aria-hidden /> : null}
          {shown.map((row) => {
            const asset = assets[row.index];
            if (!asset) return null;
            const chosen = selection?.chosen.has(asset.id) ?? false;
            return (
              <tr
                key={asset.id}
                className={style.assetRow}
                data-chosen={chosen || undefined}
                style={{ height: ROW }}
              >
                {selection ? (
                  <td className={style.tick}>
                    <Choose asset={asset} chosen={chosen} toggle={selection.toggle} />
                  </td>
                ) : null}
                <td>
                  <span className={style.named}>
                    <Poster asset={asset} small />
                    <Link to={`/watch/${asset.id}`} className={style.cut} title={asset.title}>
                      {asset.title}
                    </Link>
                  </span>
                </td>
                <td className={style.mid}>
                  {asset.state === "ready" ? (
                    <span className={style.seen}>
                      <VisibilityMark value={asset.visibility} />
                      <span className={style.cut}>{t(`visibility.short.${asset.visibility}`)}</span>
                    </span>
                  ) : (
                    <Standing asset={asset} />
                  )}
                </td>
                <td className={style.number}>{clock(asset.duration_s)}</td>
                <td className={`${style.number} ${style.mid}`}>{bytes(asset.size_bytes)}</td>
                <td className={style.wide}>
                  <span className={style.cut}>{owner(asset)}</span>
                </td>
                <td className={style.wide}>
                  <time dateTime={asset.created_at}>{moment(asset.created_at)}</time>
                </td>
                <td className={style.tick}>
                  <AssetMenu asset={asset} />
                </td>
              </tr>
            );
          })}
          {after > 0 ? <tr style={{ height: after }} aria-hidden /> : null}
        </tbody>
      </table>
    </div>
  );
}
