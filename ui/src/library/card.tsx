import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ago, moment } from "../format";
import { Poster } from "../parts/poster";
import { VisibilityMark } from "../parts/visibility";
import type { Asset } from "./assets";
import style from "./library.module.css";
import { AssetMenu } from "./menu";
import { Standing } from "./standing";

interface CardProps {
  asset: Asset;
  owner: string;
  chosen: boolean;
  toggle?: (id: string, through: boolean) => void;
}

/** A recording in the grid. */
export const AssetCard = memo(function AssetCard({ asset, owner, chosen, toggle }: CardProps) {
  return (
    <article className={style.card} data-chosen={chosen || undefined}>
      <Link to={`/watch/${asset.id}`} className={style.picture} tabIndex={-1} aria-hidden>
        <Poster asset={asset} />
      </Link>
      {toggle ? <Choose asset={asset} chosen={chosen} toggle={toggle} className={style.choose} /> : null}
      <div className={style.words}>
        <div className={style.titleLine}>
          <h2 className={style.title}>
            <Link to={`/watch/${asset.id}`} title={asset.title}>
              {asset.title}
            </Link>
          </h2>
          <AssetMenu asset={asset} />
        </div>
        <p className={style.facts}>
          <VisibilityMark value={asset.visibility} />
          {owner ? <span className={style.cut}>{owner}</span> : null}
          <time dateTime={asset.created_at} title={moment(asset.created_at)}>
            {ago(asset.created_at)}
          </time>
        </p>
        {asset.state === "ready" ? <Filed asset={asset} /> : <Standing asset={asset} />}
      </div>
    </article>
  );
});

/** Its category and tags, as ways to what else has them. */
function Filed({ asset: { category, tags } }: { asset: Asset }) {
  return (
    <p className={style.filed}>
      {category ? <Link to={`/library?category=${category.id}`}>{category.name}</Link> : null}
      {tags.map((tag) => (
        <Link key={tag} to={`/library?tag=${encodeURIComponent(tag)}`}>
          #{tag}
        </Link>
      ))}
    </p>
  );
}

interface ChooseProps {
  asset: Asset;
  chosen: boolean;
  toggle: (id: string, through: boolean) => void;
  className?: string;
}

export function Choose({ asset, chosen, toggle, className }: ChooseProps) {
  const { t } = useTranslation();
  return (
    // The browser's own: a list makes dozens of them with every screen that is scrolled.
    <input
      type="checkbox"
      className={className ? `${style.tickbox} ${className}` : style.tickbox}
      checked={chosen}
      aria-label={t("library.select", { title: asset.title })}
      onClick={(event) => toggle(asset.id, event.shiftKey)}
      onChange={() => {}}
    />
  );
}
