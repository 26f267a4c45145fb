import { Button, Mark, Skeleton, Stack } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Empty, Failed } from "../app/states";
import { clock } from "../format";
import { Poster } from "../parts/poster";
import { useOwnerName } from "./assets";
import type { Wanted } from "./filters";
import style from "./library.module.css";
import { piecesOf } from "./marks";

/** What was found: recordings, and the sentences in which the words are said. */
export function Results({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation();
  const { q, owner, category, tag } = wanted;
  const found = usePages(
    ["search", q, owner, category, tag],
    async (after, signal): Promise<Schemas["Results"]> => {
      const query = { q, owner, category, tag, after };
      const { data } = await api.GET("/api/v1/search", { params: { query }, signal });
      return data ?? { items: [], next: null, total: 0, more: false };
    },
  );
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending)
    return (
      <Stack role="status" aria-label={t("state.loading")}>
        {["a", "b", "c"].map((each) => (
          <Skeleton key={each} height={112} radius="md" />
        ))}
      </Stack>
    );
  const first = found.data?.pages[0] as Schemas["Results"] | undefined;
  if (!found.items.length)
    return (
      <Empty icon={<IconSearchOff size={24} />} title={t("library.noHits", { q })}>
        {t("library.noHitsSay")}
      </Empty>
    );
  return (
    <>
      <p className={style.count} role="status">
        {t(first?.more ? "library.foundMore" : "library.found", {
          count: first?.total ?? found.items.length,
        })}
      </p>
      <ol className={style.results} aria-label={t("library.results")}>
        {found.items.map((result) => (
          <Found key={result.asset.id} result={result} />
        ))}
      </ol>
      {found.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </>
  );
}

function Found({ result: { asset, hits, count } }: { result: Schemas["ResultView"] }) {
  const { t } = useTranslation();
  const owner = useOwnerName()(asset);
  const places = hits.filter((hit) => hit.kind !== "title");
  const title = hits.find((hit) => hit.kind === "title");
  return (
    <li className={style.result}>
      <Link to={`/watch/${asset.id}`} tabIndex={-1} aria-hidden className={style.resultPicture}>
        <Poster asset={asset} />
      </Link>
      <div className={style.resultWords}>
        <h2 className={style.title}>
          <Link to={`/watch/${asset.id}`}>
            {title ? <Marked text={title.text} marks={title.marks} /> : asset.title}
          </Link>
        </h2>
        {owner ? <p className={style.facts}>{owner}</p> : null}
        <ul className={style.hits}>
          {places.map((hit) => (
            <li key={`${hit.kind} ${hit.start_s} ${hit.text}`}>
              <Link
                className={style.hit}
                to={
                  hit.start_s === null
                    ? `/watch/${asset.id}`
                    : `/watch/${asset.id}?t=${Math.floor(hit.start_s * 10) / 10}`
                }
              >
                <span className={style.second}>
                  {hit.start_s === null ? t(`library.kind.${hit.kind}`) : clock(hit.start_s)}
                </span>
                <span>
                  <Marked text={hit.text} marks={hit.marks} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
        {count > hits.length ? (
          <p className={style.facts}>{t("library.morePlaces", { count: count - hits.length })}</p>
        ) : null}
      </div>
    </li>
  );
}

function Marked({ text, marks }: { text: string; marks: number[][] }) {
  return piecesOf(text, marks).map((piece) =>
    piece.marked ? (
      <Mark key={piece.at} className={style.mark}>
        {piece.text}
      </Mark>
    ) : (
      piece.text
    ),
  );
}
