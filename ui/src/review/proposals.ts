// What a run proposed and what became of it.
import { useQuery } from "@tanstack/react-query";
import { $api, api, type Schemas } from "../api/client";
import type { Paged } from "../api/pages";

export type Candidate = Schemas["CandidateView"];
export type Clip = Schemas["ClipView"];
export type Preset = NonNullable<Schemas["RenderCandidates"]["preset"]>;
export type Style = NonNullable<Schemas["RenderCandidates"]["captions"]>;

/** Width over height of each frame; the server's presets by name. */
export const ASPECTS: Record<Preset, number> = {
  "vertical-1080": 9 / 16,
  "portrait-4x5": 4 / 5,
  "square-1080": 1,
  "wide-1080": 16 / 9,
};
export const PRESETS = Object.keys(ASPECTS) as Preset[];

/** The caption styles that the server draws. */
export function useStyles(): Style[] {
  const recipes = $api.useQuery("get", "/api/v1/recipes", {}, { staleTime: Infinity });
  const schema = recipes.data?.items.find((each) => each.name === "highlights")?.params as
    | { properties?: { captions?: { enum?: Style[] } } }
    | undefined;
  return schema?.properties?.captions?.enum ?? [];
}

async function all<T>(read: (after: string | null) => Promise<Paged<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Paged<T> = await read(after);
    items.push(...page.items);
    after = page.next ?? null;
  } while (after);
  return items;
}

export function candidatesKey(runId: string) {
  return ["candidates", runId] as const;
}

export function useCandidates(runId: string) {
  return useQuery({
    queryKey: candidatesKey(runId),
    queryFn: ({ signal }) =>
      all(async (after) => {
        const params = { path: { run_id: runId }, query: { after } };
        const { data } = await api.GET("/api/v1/runs/{run_id}/candidates", { params, signal });
        return data ?? { items: [] };
      }),
  });
}

/** The clips that a run made, best first; none while there are none. */
export function useReviewedClips(runId: string): Clip[] {
  const clips = useQuery({
    queryKey: ["clips", runId],
    queryFn: ({ signal }) =>
      all(async (after) => {
        const params = { path: { run_id: runId }, query: { after } };
        const { data } = await api.GET("/api/v1/runs/{run_id}/clips", { params, signal });
        return data ?? { items: [] };
      }),
  });
  return clips.data ?? [];
}
