import { Skeleton } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Asset, useOwnerName } from "./assets";
import { AssetCard } from "./card";
import style from "./library.module.css";
import type { Selection } from "./selection";

const GAP = 16;
const NARROWEST = 216;
/** What stands below the picture. */
const WORDS = 112;

export interface ListProps {
  assets: Asset[];
  selection: Selection | null;
  more: boolean;
  loadMore: () => void;
}

/** Recordings as cards; only those near the window are there. */
export function Grid({ assets, selection, more, loadMore }: ListProps) {
  const { t } = useTranslation();
  const { ref, width } = useWidth();
  const owner = useOwnerName();
  const columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const height = ((width - GAP * (columns - 1)) / columns) * (9 / 16) + WORDS;
  const rows = Math.ceil(assets.length / columns);
  const { list, virtual } = useWindowRows(rows, height + GAP);
  useMoreNearEnd(virtual.getVirtualItems().at(-1)?.index, rows, more, loadMore);
  return (
    <div ref={ref}>
      {width ? (
        // biome-ignore lint/a11y/useSemanticElements: rows lie between the list and what is in it
        <div
          ref={list}
          role="list"
          aria-label={t("library.list")}
          className={style.tall}
          style={{ height: virtual.getTotalSize() - (rows ? GAP : 0) }}
        >
          {virtual.getVirtualItems().map((row) => (
            <div
              key={row.key}
              className={style.gridRow}
              style={{
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
                transform: `translateY(${row.start - virtual.options.scrollMargin}px)`,
                height,
              }}
            >
              {assets.slice(row.index * columns, (row.index + 1) * columns).map((asset) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div key={asset.id} role="listitem">
                  <AssetCard
                    asset={asset}
                    owner={owner(asset)}
                    chosen={selection?.chosen.has(asset.id) ?? false}
                    toggle={selection?.toggle}
                  />
                </div>
              ))}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** How wide something is, known before it is painted: what depends on it is never seen to come. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = () => setWidth(box.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  return { ref, width };
}

/** Rows of one height that the window scrolls. */
export function useWindowRows(count: number, height: number) {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY);
  });
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 2,
    scrollMargin: top,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is another measure
  useEffect(() => virtual.measure(), [height]);
  return { list, virtual };
}

/** Fetch the next page before the end is seen. */
export function useMoreNearEnd(last: number | undefined, count: number, more: boolean, load: () => void) {
  const near = last !== undefined && last >= count - 6;
  useEffect(() => {
    if (near && more) load();
  }, [near, more, load]);
}

/** Cards that are on their way. */
export function GridLoading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")} className={style.loadingGrid}>
      {["a", "b", "c", "d", "e", "f", "g", "h"].map((each) => (
        <div key={each}>
          <div className={style.loadingPicture}>
            <Skeleton height="100%" />
          </div>
          <Skeleton height={14} mt={12} width="80%" />
          <Skeleton height={12} mt={10} width="50%" mb={52} />
        </div>
      ))}
    </div>
  );
}
