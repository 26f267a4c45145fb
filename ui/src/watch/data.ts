// What the page asks of a recording; a correction or a change puts its answer in place.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { $api, api, queries, Refused, type Schemas } from "../api/client";
import { hasEnded } from "../runs/state";

export type Asset = Schemas["AssetView"];
export type Run = Schemas["RunView"];
export type Transcript = Schemas["TranscriptView"];

export const of = (id: string) => ({ params: { path: { asset_id: id } } });

/** A recording; asked again while it is being prepared. */
export function useAsset(id: string) {
  return $api.useQuery("get", "/api/v1/assets/{asset_id}", of(id), {
    refetchInterval: ({ state }) => {
      const asset = state.data as Asset | undefined;
      return asset && (asset.state === "new" || asset.state === "processing" || asset.stale) ? 2000 : false;
    },
  });
}

export function transcriptKey(id: string) {
  return ["transcript", id] as const;
}

/** The runs that looked for highlights; asked again while one is at work. */
export function useHighlights(id: string) {
  return $api.useQuery(
    "get",
    "/api/v1/runs",
    { params: { query: { asset_id: id, recipe: "highlights", limit: 20 } } },
    {
      refetchInterval: ({ state }) =>
        (state.data as { items: Run[] } | undefined)?.items.every(hasEnded) === false ? 2000 : false,
    },
  );
}

/** Whether highlights are being made; when they are, all that shows the recording is asked for anew. */
export function useBeingMade(id: string): boolean {
  const working = useHighlights(id).data?.items.every(hasEnded) === false;
  const before = useRef(working);
  useEffect(() => {
    if (before.current && !working) void changed(id);
    before.current = working;
  }, [id, working]);
  return working;
}

/** What is said; null where nothing was transcribed, and asked for again while that is under way. */
export function useTranscript(id: string, beingMade = false) {
  return useQuery({
    queryKey: transcriptKey(id),
    queryFn: async ({ signal }): Promise<Transcript | null> => {
      try {
        const { data } = await api.GET("/api/v1/assets/{asset_id}/transcript", {
          ...of(id),
          signal,
          headers: { Accept: "application/json" },
        });
        return (data as Transcript | undefined) ?? null;
      } catch (error) {
        if (error instanceof Refused && error.kind === "not-made") return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (beingMade && state.data === null ? 3000 : false),
    staleTime: 60_000,
  });
}

/** Ask anew for all that shows the recording. */
export async function changed(id: string) {
  await queries.invalidateQueries({
    predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(id) || queryKey[0] === "assets",
  });
}
