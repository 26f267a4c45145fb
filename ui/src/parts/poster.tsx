import { IconMovie, IconMusic } from "@tabler/icons-react";
import { clock } from "../format";
import { type Asset, fileOf } from "../library/assets";
import style from "./poster.module.css";

/** A recording's picture with how long it is; a mark where it has none. */
export function Poster({ asset, small }: { asset: Asset; small?: boolean }) {
  const picture = fileOf(asset, "poster.jpg");
  const sound = asset.duration_s !== null && !asset.width;
  return (
    <span className={style.poster} data-small={small || undefined}>
      {picture ? (
        <img src={picture} alt="" loading="lazy" decoding="async" />
      ) : sound ? (
        <IconMusic size={small ? 18 : 28} aria-hidden />
      ) : (
        <IconMovie size={small ? 18 : 28} aria-hidden />
      )}
      {asset.duration_s !== null && !small ? (
        <span className={style.length}>{clock(asset.duration_s)}</span>
      ) : null}
    </span>
  );
}
