// Which recordings are chosen, one by one or from one to another.
import { useCallback, useEffect, useRef, useState } from "react";
import { useKeys } from "../parts/keys";

export interface Selection {
  chosen: ReadonlySet<string>;
  /** Choose one or let it go; with the shift key, all from the one before to it. */
  toggle: (id: string, through: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** Give the ids from one to another, in the list's order. */
export function between(ids: readonly string[], from: string, to: string): string[] {
  const [one, other] = [ids.indexOf(from), ids.indexOf(to)];
  return one < 0 || other < 0 ? [to] : ids.slice(Math.min(one, other), Math.max(one, other) + 1);
}

export function useSelection(ids: readonly string[], over: string): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const shown = useRef(ids);
  shown.current = ids;
  const clear = useCallback(() => setChosen(new Set()), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins with nothing chosen
  useEffect(clear, [over]);
  useKeys([["Escape", clear]]);
  const toggle = useCallback((id: string, through: boolean) => {
    setChosen((before) => {
      const after = new Set(before);
      if (through && last.current)
        for (const each of between(shown.current, last.current, id)) after.add(each);
      else if (!after.delete(id)) after.add(id);
      last.current = id;
      return after;
    });
  }, []);
  const all = useCallback(() => setChosen(new Set(shown.current)), []);
  return { chosen, toggle, all, clear };
}
