// Whether the server answers: what is asked anyway tells, and nothing is asked only to know.
import { useSyncExternalStore } from "react";

let answers = true;
const listeners = new Set<() => void>();

/** Say that the server answered, whatever it said, or that it did not. */
export function tellReach(now: boolean) {
  if (now === answers) return;
  answers = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useAnswers(): boolean {
  return useSyncExternalStore(subscribe, () => answers);
}
