import { useParams } from "react-router";

/** The run that is reviewed. */
export function useRun(): string {
  return useParams().id ?? "";
}
