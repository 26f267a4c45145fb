import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, type Schemas } from "../api/client";

export type Import = Schemas["ImportView"];
const LOOK_MS = 1500;

/** Whether nothing more comes of it. */
export function isOver(each: Import): boolean {
  return each.state === null || ["succeeded", "failed", "canceled"].includes(each.state);
}

interface Looked {
  made?: Import;
  run?: Schemas["RunView"];
}

/** Look after an import until it has ended. */
export function useImport(id: string, ended?: () => void) {
  const query = useQuery<Looked>({
    queryKey: ["import", id],
    refetchInterval: ({ state }) => (state.data?.made && isOver(state.data.made) ? false : LOOK_MS),
    queryFn: async ({ signal }) => {
      const path = { import_id: id };
      const { data: made } = await api.GET("/api/v1/imports/{import_id}", { params: { path }, signal });
      const run = made?.run_id
        ? (await api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: made.run_id } }, signal })).data
        : undefined;
      return { made, run };
    },
  });
  const over = query.data?.made ? isOver(query.data.made) : false;
  const tell = useRef(ended);
  tell.current = ended;
  useEffect(() => {
    if (over) tell.current?.();
  }, [over]);
  return { data: query.data?.made, run: query.data?.run, error: query.error };
}
