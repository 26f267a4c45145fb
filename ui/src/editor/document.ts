// What a person can do to a clip, as functions from one document to the next. Times are whole frames: of the
// recording where nothing else is said, of the clip where a name says so. What changes nothing gives the same object.
import type { Schemas } from "../api/client";

export type Doc = Schemas["EditDocument"];
export type Part = Schemas["Stretch"];
export type Layout = Schemas["FramedStretch"];
export type Word = Schemas["SourceWord"];

/** Where a frame of the clip stands in the recording. */
export interface Place {
  part: number;
  frame: number;
}

export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.stop - part.start, 0);
}

/** The clip's frame at which each part begins. */
export function startsOf(parts: readonly Part[]): number[] {
  let at = 0;
  return parts.map((part) => {
    at += part.stop - part.start;
    return at - (part.stop - part.start);
  });
}

/** From a frame of the clip to the recording; behind the end is the last frame. */
export function toSource(parts: readonly Part[], clipFrame: number): Place {
  let left = Math.max(0, clipFrame);
  for (const [index, part] of parts.entries()) {
    const length = part.stop - part.start;
    if (left < length) return { part: index, frame: part.start + left };
    left -= length;
  }
  return { part: parts.length - 1, frame: (parts.at(-1)?.stop ?? 1) - 1 };
}

/** From a frame of the recording to the clip; null where it is cut out. */
export function toClip(parts: readonly Part[], frame: number): number | null {
  let at = 0;
  for (const part of parts) {
    if (frame >= part.start && frame < part.stop) return at + frame - part.start;
    at += part.stop - part.start;
  }
  return null;
}

/** The clip's frame that is nearest to a frame of the recording, kept or not. */
export function nearestInClip(parts: readonly Part[], frame: number): number {
  const kept = toClip(parts, frame);
  if (kept !== null) return kept;
  const starts = startsOf(parts);
  let best = { away: Number.POSITIVE_INFINITY, at: 0 };
  parts.forEach((part, index) => {
    const away = frame < part.start ? part.start - frame : frame - part.stop + 1;
    const begin = starts[index] ?? 0;
    if (away < best.away)
      best = { away, at: frame < part.start ? begin : begin + part.stop - part.start - 1 };
  });
  return best.at;
}

/** Leave a stretch of the recording out; nothing is left out where nothing would remain. */
export function cut(doc: Doc, start: number, stop: number): Doc {
  const keep = doc.keep.flatMap((part) => without(part, start, stop));
  return keep.length === 0 || same(keep, doc.keep) ? doc : { ...doc, keep };
}

/** Take a stretch of the recording back, each piece beside what it follows. */
export function restore(doc: Doc, start: number, stop: number): Doc {
  const missing = doc.keep.reduce<Part[]>(
    (gaps, part) => gaps.flatMap((gap) => without(gap, part.start, part.stop)),
    [{ start, stop }],
  );
  const keep = missing.reduce(putBack, doc.keep);
  return keep === doc.keep ? doc : { ...doc, keep };
}

function putBack(parts: Part[], gap: Part): Part[] {
  const before = parts.findIndex((part) => part.stop === gap.start);
  const after = parts.findIndex((part) => part.start === gap.stop);
  const [one, other] = [parts[before], parts[after]];
  if (one && other && after === before + 1)
    return parts.toSpliced(before, 2, { start: one.start, stop: other.stop });
  if (one) return parts.with(before, { start: one.start, stop: gap.stop });
  if (other) return parts.with(after, { start: gap.start, stop: other.stop });
  const earlier = latest(parts, gap.start);
  return parts.toSpliced(earlier + 1, 0, gap);
}

/** The part that ends last before a frame, or -1. */
function latest(parts: readonly Part[], frame: number): number {
  let found = -1;
  parts.forEach((part, index) => {
    if (part.stop <= frame && part.stop > (parts[found]?.stop ?? -1)) found = index;
  });
  return found;
}

/** Cut a part in two at a frame of the clip; it plays as before. */
export function split(doc: Doc, clipFrame: number): Doc {
  const { part, frame } = toSource(doc.keep, clipFrame);
  const whole = doc.keep[part];
  if (!whole || frame <= whole.start || frame >= whole.stop) return doc;
  const halves = [
    { start: whole.start, stop: frame },
    { start: frame, stop: whole.stop },
  ];
  return { ...doc, keep: doc.keep.toSpliced(part, 1, ...halves) };
}

/** Whether a part and the next can be one: they follow each other in the recording, with nothing kept between. */
export function canMerge(doc: Doc, index: number): boolean {
  const [one, other] = [doc.keep[index], doc.keep[index + 1]];
  return (
    !!one &&
    !!other &&
    one.stop <= other.start &&
    !doc.keep.some((part) => part.start >= one.stop && part.stop <= other.start)
  );
}

/** Make a part and the next one; what was cut between them comes back. */
export function merge(doc: Doc, index: number): Doc {
  const [one, other] = [doc.keep[index], doc.keep[index + 1]];
  if (!one || !other || !canMerge(doc, index)) return doc;
  return { ...doc, keep: doc.keep.toSpliced(index, 2, { start: one.start, stop: other.stop }) };
}

/** Move an edge of a part; what follows in the clip moves with it. It stops at other parts and keeps one frame. */
export function moveEdge(
  doc: Doc,
  index: number,
  edge: "start" | "stop",
  frame: number,
  frames: number,
): Doc {
  const part = doc.keep[index];
  if (!part) return doc;
  const others = doc.keep.filter((_, each) => each !== index);
  const moved =
    edge === "start"
      ? clamp(
          frame,
          Math.max(0, ...others.filter((o) => o.stop <= part.start).map((o) => o.stop)),
          part.stop - 1,
        )
      : clamp(
          frame,
          part.start + 1,
          Math.min(frames, ...others.filter((o) => o.start >= part.stop).map((o) => o.start)),
        );
  if (moved === part[edge]) return doc;
  return { ...doc, keep: doc.keep.with(index, { ...part, [edge]: moved }) };
}

/** Let the clip begin, or end, at one of its frames. */
export function trimTo(doc: Doc, side: "start" | "stop", clipFrame: number): Doc {
  const { part, frame } = toSource(doc.keep, clipFrame);
  const here = doc.keep[part];
  if (!here) return doc;
  const keep =
    side === "start"
      ? [{ ...here, start: frame }, ...doc.keep.slice(part + 1)]
      : [...doc.keep.slice(0, part), { ...here, stop: frame + 1 }];
  return same(keep, doc.keep) ? doc : { ...doc, keep };
}

/** Put a part at another place of the clip. */
export function movePart(doc: Doc, from: number, to: number): Doc {
  const part = doc.keep[from];
  if (!part || from === to || to < 0 || to >= doc.keep.length) return doc;
  return { ...doc, keep: doc.keep.toSpliced(from, 1).toSpliced(to, 0, part) };
}

/** Leave a part out; the last one stays. */
export function removePart(doc: Doc, index: number): Doc {
  return doc.keep.length < 2 || !doc.keep[index] ? doc : { ...doc, keep: doc.keep.toSpliced(index, 1) };
}

/** Whether most of a word is in the clip. */
export function isKept(parts: readonly Part[], word: Word): boolean {
  const middle = Math.floor((word.start + word.stop) / 2);
  return parts.some((part) => middle >= part.start && middle < part.stop);
}

/**
 * The frames that go with words: from where they begin to where the next one does, so that what is left keeps the
 * pause before them and no other.
 *
 * @param lead frames before a word that belong to its sound
 */
export function framesOfWords(
  words: readonly Word[],
  first: number,
  last: number,
  lead: number,
): Part | null {
  const [one, other] = [words[first], words[last]];
  if (!one || !other) return null;
  const start = Math.max(words[first - 1]?.stop ?? 0, one.start - lead, 0);
  const next = words[last + 1];
  const stop = next ? Math.max(other.stop, next.start - lead) : other.stop + lead;
  return start < stop ? { start, stop } : null;
}

/** Show a word as something else; as it was heard takes that back, nothing shows nothing. */
export function fixWord(doc: Doc, word: Word, text: string): Doc {
  const others = doc.words.filter((each) => each.number !== word.number);
  const shown = text.trim().replace(/\s+/g, " ");
  if (shown === shownText(doc, word)) return doc;
  if (shown === word.text) return { ...doc, words: others };
  return {
    ...doc,
    words: [...others, { number: word.number, text: shown }].sort((a, b) => a.number - b.number),
  };
}

export function shownText(doc: Doc, word: Word): string {
  return doc.words.find((each) => each.number === word.number)?.text ?? word.text;
}

/** Compose a stretch of the recording in one way, whatever was chosen there; null leaves it to the picture. */
export function setLayout(doc: Doc, stretch: Part, look: Pick<Layout, "panes" | "background"> | null): Doc {
  const others = doc.layouts.flatMap((each) =>
    without(each, stretch.start, stretch.stop).map((rest) => ({ ...each, ...rest })),
  );
  const chosen = look ? [{ start: stretch.start, stop: stretch.stop, ...look }] : [];
  const layouts = [...others, ...chosen].sort((a, b) => a.start - b.start);
  return JSON.stringify(layouts) === JSON.stringify(doc.layouts) ? doc : { ...doc, layouts };
}

/** Another frame is composed anew, because what was chosen was chosen for the one before. */
export function setPreset(doc: Doc, preset: Doc["preset"]): Doc {
  return preset === doc.preset ? doc : { ...doc, preset, layouts: [] };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function without(part: Part, start: number, stop: number): Part[] {
  if (stop <= part.start || start >= part.stop) return [{ start: part.start, stop: part.stop }];
  return [
    { start: part.start, stop: start },
    { start: stop, stop: part.stop },
  ].filter((rest) => rest.start < rest.stop);
}

function same(one: readonly Part[], other: readonly Part[]): boolean {
  return (
    one.length === other.length &&
    one.every((part, index) => part.start === other[index]?.start && part.stop === other[index]?.stop)
  );
}
