// What the page asks of a recording; a correction or a change puts its answer in place.
import { useQuery } from "@tanstack/react-query";
import { $api, api, queries, Refused, type Schemas } from "../api/client";

export type Asset = Schemas["AssetView"];
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

/** What is said; null where nothing was transcribed. */
export function useTranscript(id: string) {
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
    staleTime: 60_000,
  });
}

/** Ask anew for all that shows the recording. */
export async function changed(id: string) {
  await queries.invalidateQueries({
    predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(id) || queryKey[0] === "assets",
  });
}
