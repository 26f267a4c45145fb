// Undo without limit: documents share what did not change, so a long history is small.
import type { Doc } from "./document";

export interface History {
  past: readonly Doc[];
  doc: Doc;
  future: readonly Doc[];
}

export type Step = { kind: "change"; to: (doc: Doc) => Doc } | { kind: "undo" } | { kind: "redo" };

export function begin(doc: Doc): History {
  return { past: [], doc, future: [] };
}

export function step(history: History, next: Step): History {
  const { past, doc, future } = history;
  if (next.kind === "undo") {
    const before = past.at(-1);
    return before ? { past: past.slice(0, -1), doc: before, future: [doc, ...future] } : history;
  }
  if (next.kind === "redo") {
    const [after, ...rest] = future;
    return after ? { past: [...past, doc], doc: after, future: rest } : history;
  }
  const changed = next.to(doc);
  return changed === doc ? history : { past: [...past, doc], doc: changed, future: [] };
}
