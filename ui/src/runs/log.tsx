import { Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../api/client";
import classes from "./runs.module.css";
import { hasEnded } from "./state";

const HOUR = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** What happened, event by event; what was read once is not asked for again. */
export function Log({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const events = useInfiniteQuery({
    queryKey: ["events", run.id],
    queryFn: async ({ pageParam, signal }) => {
      const params = { path: { run_id: run.id }, query: { after: pageParam, limit: 100 } };
      const { data } = await api.GET("/api/v1/runs/{run_id}/events", { params, signal });
      // The same address gives a stream to whoever asks for one; we do not.
      if (!data || typeof data === "string")
        throw new Error("The log came in a form that was not asked for.");
      return data;
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.last,
    staleTime: Infinity,
  });
  const read = events.data?.pages.at(-1)?.last ?? 0;
  const behind = events.isSuccess && read < run.last_event && !events.isFetching;
  const { fetchNextPage } = events;
  useEffect(() => {
    if (behind) void fetchNextPage();
  }, [behind, fetchNextPage]);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <Title order={2} mb="sm">
        {t("run.log")}
      </Title>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className={classes.log} tabIndex={0} aria-label={t("run.log")}>
        {items.map((event) => (
          <li key={event.number}>
            <time dateTime={event.at}>{HOUR.format(new Date(event.at))}</time>
            {describe(event)}
          </li>
        ))}
        {items.length === 0 ? (
          <Text component="li" size="sm" c="dimmed">
            {hasEnded(run) ? t("run.logGone") : t("state.loading")}
          </Text>
        ) : null}
      </ol>
    </section>
  );
}

function describe({ kind, data }: Schemas["EventView"]): string {
  const told = ["title", "stage", "message", "worker", "reason"]
    .map((name) => data[name])
    .filter((value) => typeof value === "string" && value);
  const error = data.error as { message?: string } | undefined;
  return [kind, ...told, error?.message].filter(Boolean).join(" · ");
}
