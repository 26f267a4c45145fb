import { useReducedMotion } from "@mantine/hooks";

/** Whether whoever looks wants nothing to move by itself. */
export function useStill(): boolean {
  return useReducedMotion(false);
}
