// What a run proposed and what became of it.
import { useQuery } from "@tanstack/react-query";
import { $api, api, type Schemas } from "../api/client";
import { readAll } from "../api/pages";
import { FRAMES } from "../editor/frames";

export type Candidate = Schemas["CandidateView"];
export type Clip = Schemas["ClipView"];
export type Preset = NonNullable<Schemas["RenderCandidates"]["preset"]>;
export type Style = NonNullable<Schemas["RenderCandidates"]["captions"]>;

export const PRESETS = Object.keys(FRAMES) as Preset[];

/** How the clips shall be. */
export interface Look {
  preset: Preset;
  captions: Style;
}

/** What a candidate's preview is asked with. */
export function previewOf(id: string, look: Look) {
  const path = "/api/v1/candidates/{candidate_id}/preview";
  return ["get", path, { params: { path: { candidate_id: id }, query: look } }] as const;
}

/** How long a preview holds: a proposal stays what it is, and an edit is worked on. */
export function freshness(candidate: Candidate) {
  return { staleTime: candidate.edit ? 0 : Number.POSITIVE_INFINITY };
}

/** The caption styles that the server draws. */
export function useStyles(): Style[] {
  const recipes = $api.useQuery("get", "/api/v1/recipes", {}, { staleTime: Infinity });
  const schema = recipes.data?.items.find((each) => each.name === "highlights")?.params as
    | { properties?: { captions?: { enum?: Style[] } } }
    | undefined;
  return schema?.properties?.captions?.enum ?? [];
}

export function candidatesKey(runId: string) {
  return ["candidates", runId] as const;
}

export function useCandidates(runId: string) {
  return useQuery({
    queryKey: candidatesKey(runId),
    queryFn: ({ signal }) =>
      readAll(async (after) => {
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
      readAll(async (after) => {
        const params = { path: { run_id: runId }, query: { after } };
        const { data } = await api.GET("/api/v1/runs/{run_id}/clips", { params, signal });
        return data ?? { items: [] };
      }),
  });
  return clips.data ?? [];
}
