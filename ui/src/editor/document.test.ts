import { describe, expect, test } from "vitest";
import * as d from "./document";

function doc(...keep: [number, number][]): d.Doc {
  return {
    title: "x",
    preset: "square-1080",
    keep: keep.map(([start, stop]) => ({ start, stop })),
    layouts: [],
    words: [],
    captions: { style: "karaoke", position: null },
    brand_id: null,
    loudness_lufs: -14,
  };
}

function parts(made: d.Doc): [number, number][] {
  return made.keep.map((part) => [part.start, part.stop]);
}

const DOCS = [
  doc([0, 100]),
  doc([10, 40], [60, 90]),
  doc([60, 90], [10, 40]),
  doc([0, 1], [1, 50], [70, 71]),
];
const STRETCHES: [number, number][] = [
  [0, 5],
  [20, 30],
  [35, 65],
  [10, 40],
  [0, 1],
  [89, 95],
  [1, 70],
];
const PANE = {
  source: { x: 0, y: 0, width: 1, height: 1 },
  target: { x: 0, y: 0, width: 1, height: 1 },
  fit: "cover",
};
const LOOK = { panes: [PANE], background: "black" } as Pick<d.Layout, "panes" | "background">;

describe("whatever is done to whichever clip", () => {
  const done: [string, (made: d.Doc, start: number, stop: number) => d.Doc][] = [
    ["cut", (made, start, stop) => d.cut(made, start, stop)],
    ["restore", (made, start, stop) => d.restore(made, start, stop)],
    ["split", (made, start) => d.split(made, start)],
    ["merge", (made) => d.merge(made, 0)],
    ["trim the start", (made, start) => d.trimTo(made, "start", start)],
    ["trim the end", (made, _, stop) => d.trimTo(made, "stop", stop)],
    ["move an edge", (made, start) => d.moveEdge(made, 1, "start", start, 100)],
    ["move the other edge", (made, _, stop) => d.moveEdge(made, 0, "stop", stop, 100)],
    ["move a part", (made) => d.movePart(made, 0, 1)],
    ["remove a part", (made) => d.removePart(made, 0)],
  ];
  test.each(done)("%s leaves something, in the recording and apart", (_, act) => {
    for (const made of DOCS)
      for (const [start, stop] of STRETCHES) {
        const after = act(made, start, stop);
        expect(after.keep.length).toBeGreaterThan(0);
        const sorted = [...after.keep].sort((a, b) => a.start - b.start);
        sorted.forEach((part, index) => {
          expect(part.start).toBeGreaterThanOrEqual(sorted[index - 1]?.stop ?? 0);
          expect(part.stop).toBeGreaterThan(part.start);
          expect(part.stop).toBeLessThanOrEqual(100);
        });
      }
  });
});

test("a frame of the clip and its frame of the recording name each other", () => {
  for (const made of DOCS)
    for (let at = 0; at < d.lengthOf(made.keep); at += 1) {
      const { part, frame } = d.toSource(made.keep, at);
      expect(d.toClip(made.keep, frame)).toBe(at);
      expect(frame).toBeGreaterThanOrEqual(made.keep[part]?.start ?? -1);
    }
});

test("what is cut is not there, and all else is, as before", () => {
  for (const made of DOCS)
    for (const [start, stop] of STRETCHES) {
      const after = d.cut(made, start, stop);
      if (after === made) continue;
      for (let frame = 0; frame < 100; frame += 1)
        expect(d.toClip(after.keep, frame) !== null).toBe(
          d.toClip(made.keep, frame) !== null && (frame < start || frame >= stop),
        );
    }
});

test("what was cut inside a part and taken back is as it was", () => {
  expect(d.restore(d.cut(doc([0, 100]), 20, 30), 20, 30).keep).toEqual(doc([0, 100]).keep);
  expect(d.restore(d.cut(doc([60, 90], [10, 40]), 20, 30), 20, 30).keep).toEqual(
    doc([60, 90], [10, 40]).keep,
  );
});

test.each<[string, d.Doc, [number, number], [number, number][]]>([
  ["makes a part longer", doc([10, 20]), [20, 25], [[10, 25]]],
  ["makes it begin earlier", doc([10, 20]), [5, 10], [[5, 20]]],
  ["joins what it lies between", doc([10, 20], [30, 40]), [20, 30], [[10, 40]]],
  [
    "stands alone after what came before",
    doc([10, 20], [80, 90]),
    [40, 50],
    [
      [10, 20],
      [40, 50],
      [80, 90],
    ],
  ],
  [
    "stands first where nothing came before",
    doc([50, 60]),
    [0, 10],
    [
      [0, 10],
      [50, 60],
    ],
  ],
  ["fills only what is missing", doc([10, 20], [30, 40]), [0, 50], [[0, 50]]],
  ["does nothing where all is there", doc([10, 20]), [12, 15], [[10, 20]]],
])("taking back %s", (_, made, [start, stop], expected) => {
  expect(parts(d.restore(made, start, stop))).toEqual(expected);
});

test("nothing is cut where nothing would remain", () => {
  const made = doc([10, 20]);
  expect(d.cut(made, 0, 100)).toBe(made);
  expect(d.removePart(made, 0)).toBe(made);
});

test("a part that is split plays as before, and merged is as it was", () => {
  const made = doc([10, 40], [60, 90]);
  const halves = d.split(made, 35);
  expect(parts(halves)).toEqual([
    [10, 40],
    [60, 65],
    [65, 90],
  ]);
  expect(d.lengthOf(halves.keep)).toBe(60);
  expect(d.merge(halves, 1)).toEqual(made);
  expect(d.split(made, 30)).toBe(made);
});

test("merging takes back what was cut between, and not across what is kept elsewhere", () => {
  expect(parts(d.merge(doc([10, 40], [60, 90]), 0))).toEqual([[10, 90]]);
  expect(d.canMerge(doc([60, 90], [10, 40]), 0)).toBe(false);
  expect(d.canMerge(doc([10, 20], [60, 90], [30, 40]), 0)).toBe(false);
});

test("an edge stops at its neighbours, at the recording's ends and before its part is gone", () => {
  const made = doc([10, 40], [60, 90]);
  expect(parts(d.moveEdge(made, 0, "stop", 75, 100))[0]).toEqual([10, 60]);
  expect(parts(d.moveEdge(made, 1, "start", 0, 100))[1]).toEqual([40, 90]);
  expect(parts(d.moveEdge(made, 1, "stop", 500, 100))[1]).toEqual([60, 100]);
  expect(parts(d.moveEdge(made, 0, "start", 99, 100))[0]).toEqual([39, 40]);
});

test("the clip begins and ends where it is told to", () => {
  const made = doc([10, 40], [60, 90]);
  expect(parts(d.trimTo(made, "start", 35))).toEqual([[65, 90]]);
  expect(parts(d.trimTo(made, "stop", 35))).toEqual([
    [10, 40],
    [60, 66],
  ]);
});

const WORDS = [
  [0, 10],
  [12, 20],
  [40, 50],
].map(([start, stop], number) => ({
  number,
  text: `w${number}`,
  start: start ?? 0,
  stop: stop ?? 0,
  confidence: 1,
  filler: false,
}));

test("words go with the pause after them", () => {
  expect(d.framesOfWords(WORDS, 1, 1, 2)).toEqual({ start: 10, stop: 38 });
  expect(d.framesOfWords(WORDS, 2, 2, 2)).toEqual({ start: 38, stop: 52 });
  expect(d.framesOfWords(WORDS, 0, 2, 2)).toEqual({ start: 0, stop: 52 });
  const whole = doc([0, 60]);
  const gone = d.cut(whole, 10, 38);
  expect(WORDS.map((word) => d.isKept(gone.keep, word))).toEqual([true, false, true]);
  expect(d.restore(gone, 10, 38).keep).toEqual(whole.keep);
});

test("a word is shown as it is told, once, and as it was heard again", () => {
  const [, word] = WORDS;
  if (!word) throw new Error("no word");
  const fixed = d.fixWord(d.fixWord(doc([0, 60]), word, "one"), word, " two  three ");
  expect(fixed.words).toEqual([{ number: 1, text: "two three" }]);
  expect(d.shownText(fixed, word)).toBe("two three");
  expect(d.fixWord(fixed, word, "two three")).toBe(fixed);
  expect(d.fixWord(fixed, word, "w1").words).toEqual([]);
});

test("a layout takes the place of what was chosen there, and no more", () => {
  const once = d.setLayout(doc([0, 100]), { start: 0, stop: 100 }, LOOK);
  const twice = d.setLayout(once, { start: 40, stop: 60 }, { ...LOOK, background: "blur" });
  expect(twice.layouts.map((each) => [each.start, each.stop, each.background])).toEqual([
    [0, 40, "black"],
    [40, 60, "blur"],
    [60, 100, "black"],
  ]);
  expect(d.setLayout(twice, { start: 0, stop: 100 }, LOOK).layouts).toEqual(once.layouts);
  expect(d.setLayout(once, { start: 0, stop: 100 }, LOOK)).toBe(once);
  expect(d.setLayout(twice, { start: 0, stop: 100 }, null).layouts).toEqual([]);
  expect(d.setPreset(once, "wide-1080").layouts).toEqual([]);
});

test("a place in the recording that is cut out is nearest to an edge of the clip", () => {
  const made = doc([10, 40], [60, 90]);
  expect(d.nearestInClip(made.keep, 0)).toBe(0);
  expect(d.nearestInClip(made.keep, 45)).toBe(29);
  expect(d.nearestInClip(made.keep, 57)).toBe(30);
  expect(d.nearestInClip(made.keep, 99)).toBe(59);
});
