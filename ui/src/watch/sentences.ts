// Which sentence is said at a second.
import type { Schemas } from "../api/client";

export type Sentence = Schemas["Sentence"];

/** The last sentence that has begun by then; -1 before the first. */
export function sentenceAt(sentences: readonly Sentence[], second: number): number {
  let low = 0;
  let high = sentences.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sentences[middle]?.start_s ?? 0) <= second + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Cut a text at marks, which count code points as the server does. */
export function marked(
  text: string,
  marks: readonly (readonly number[])[],
): { text: string; hit: boolean }[] {
  const points = [...text];
  const parts: { text: string; hit: boolean }[] = [];
  let done = 0;
  for (const [from = 0, to = 0] of marks) {
    if (from > done) parts.push({ text: points.slice(done, from).join(""), hit: false });
    parts.push({ text: points.slice(from, to).join(""), hit: true });
    done = to;
  }
  if (done < points.length) parts.push({ text: points.slice(done).join(""), hit: false });
  return parts;
}
