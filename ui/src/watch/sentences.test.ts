import { expect, test } from "vitest";
import { marked, sentenceAt } from "./sentences";

const said = [0.5, 3, 7.25].map((start_s, first) => ({
  first,
  stop: first + 1,
  start_s,
  end_s: start_s + 1,
  text: "x",
}));

test("the sentence at a second is the last that began", () => {
  expect([0, 0.5, 2.9, 3, 7, 100].map((second) => sentenceAt(said, second))).toEqual([-1, 0, 0, 1, 1, 2]);
  expect(sentenceAt([], 3)).toBe(-1);
});

test("marks count what people call letters, also beyond the first plane", () => {
  expect(marked("🐝🐝 dance", [[3, 8]])).toEqual([
    { text: "🐝🐝 ", hit: false },
    { text: "dance", hit: true },
  ]);
  expect(marked("as it is", [])).toEqual([{ text: "as it is", hit: false }]);
});
