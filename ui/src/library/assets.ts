// Recordings as pages read and change them.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import type { Wanted } from "./filters";

export type Asset = Schemas["AssetView"];
export type Run = Schemas["RunView"];

/** What a page of a list has. */
const PAGE = 100;
/** What a change of many takes at a time. */
const MOST_AT_ONCE = 200;
const LOOK_MS = 2000;

export function useAssets(wanted: Wanted) {
  const { q: _, ...narrowed } = wanted;
  return usePages(
    ["assets", narrowed],
    async (after, signal) => {
      const query = { ...narrowed, after, limit: PAGE };
      const { data } = await api.GET("/api/v1/assets", { params: { query }, signal });
      return data ?? { items: [] };
    },
    // What is read of ten thousand is not read again because somebody looked elsewhere.
    { enabled: !wanted.q, refetchOnWindowFocus: false },
  );
}

/** Whether something is still made of it. */
export function isUnfinished(asset: Asset): boolean {
  return asset.state === "new" || asset.state === "processing";
}

/** Look after a recording that is not ready yet: how far its run is; lists are told once it has changed. */
export function useLive(asset: Asset): Run | null {
  const cache = useQueryClient();
  const unfinished = isUnfinished(asset);
  const { data } = useQuery({
    queryKey: ["live", asset.id],
    enabled: unfinished,
    refetchInterval: LOOK_MS,
    queryFn: async ({ signal }) => {
      const [now, runs] = await Promise.all([
        api.GET("/api/v1/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, signal }),
        api.GET("/api/v1/runs", { params: { query: { asset_id: asset.id, limit: 1 } }, signal }),
      ]);
      return { asset: now.data, run: runs.data?.items[0] ?? null };
    },
  });
  const changed = data?.asset && data.asset.state !== asset.state ? data.asset : null;
  useEffect(() => {
    if (!changed) return;
    for (const key of ["assets", "collection-items"])
      cache.setQueriesData<Listed>({ queryKey: [key] }, (listed) => replaced(listed, changed));
  }, [cache, changed]);
  return unfinished ? (data?.run ?? null) : null;
}

interface Listed {
  pages: { items: Asset[] }[];
}

function replaced(listed: Listed | undefined, asset: Asset): Listed | undefined {
  if (!listed?.pages) return listed;
  const pages = listed.pages.map((page) => ({
    ...page,
    items: page.items.map((each) => (each.id === asset.id ? asset : each)),
  }));
  return { ...listed, pages };
}

/** Read all lists of recordings anew. */
export function refreshAssets() {
  const keys = ["assets", "trash", "search", "collection-items"];
  return Promise.all([
    ...keys.map((key) => queries.invalidateQueries({ queryKey: [key] })),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/categories"] }),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/tags"] }),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/collections"] }),
    queries.invalidateQueries({ queryKey: ["collections"] }),
  ]);
}

/** Change many alike; gives what became of each. */
export async function changeMany(
  ids: string[],
  change: Schemas["Bulk"]["change"],
): Promise<Schemas["Outcome"][]> {
  const outcomes: Schemas["Outcome"][] = [];
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
    const { data } = await api.POST("/api/v1/assets/bulk", {
      body: { ids: ids.slice(at, at + MOST_AT_ONCE), change },
    });
    outcomes.push(...(data?.items ?? []));
  }
  return outcomes;
}

/** The address of a file that was made of a recording. */
export function fileOf(asset: Asset, name: string): string | undefined {
  return asset.files.find((file) => file.name === name)?.url;
}

/** What to call whoever owns it. */
export function useOwnerName(): (asset: Asset) => string {
  const people = $api.useQuery(
    "get",
    "/api/v1/directory/people",
    { params: { query: { limit: 200 } } },
    { staleTime: 300_000 },
  ).data;
  return (asset) =>
    people?.items.find((each) => each.id === asset.owner_id)?.name ??
    (asset.brought_by?.id === asset.owner_id ? (asset.brought_by?.name ?? "") : "");
}
