import { Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Failed, Loading } from "../app/states";
import { clock } from "../format";
import { of } from "./data";
import { marked } from "./sentences";
import classes from "./watch.module.css";

/** Where the words are said or stand in a recording. */
export function Found({ id, words, seek }: { id: string; words: string; seek: (second: number) => void }) {
  const { t } = useTranslation();
  const hits = useQuery({
    queryKey: ["hits", id, words],
    queryFn: async ({ signal }) => {
      const query = { q: words, limit: 100 };
      const path = { ...of(id).params, query };
      return (await api.GET("/api/v1/assets/{asset_id}/search", { params: path, signal })).data;
    },
    placeholderData: keepPreviousData,
  });
  if (hits.error) return <Failed error={hits.error} retry={() => void hits.refetch()} />;
  if (!hits.data) return <Loading rows={4} height={56} />;
  const items = hits.data.items.filter((hit) => hit.start_s !== null);
  return (
    <div className={classes.scroll}>
      <Text size="xs" c="dimmed" px="sm" pb={6} role="status">
        {t("watch.places", { count: items.length })}
      </Text>
      <ol className={classes.hits} aria-label={t("watch.found")}>
        {items.map((hit) => (
          <li key={`${hit.kind}-${hit.start_s}`}>
            <button type="button" className={classes.sentence} onClick={() => seek(hit.start_s ?? 0)}>
              <time className="tabular">{clock(hit.start_s)}</time>
              <span>
                {marked(hit.text, hit.marks).map((part, place) =>
                  part.hit ? (
                    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
                    <mark key={place}>{part.text}</mark>
                  ) : (
                    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
                    <span key={place}>{part.text}</span>
                  ),
                )}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
