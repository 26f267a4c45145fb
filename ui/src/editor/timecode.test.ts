import { expect, test } from "vitest";
import { framesOf, timecode } from "./timecode";

test("frames are written and read as the same number", () => {
  for (const rate of [25, 30000 / 1001, 60])
    for (const frames of [0, 1, 24, 1499, 1500, 123456])
      expect(framesOf(timecode(frames, rate), rate)).toBe(frames);
});

test.each([
  ["1:02:03", 1553],
  ["1:02.5", 1563],
  ["62,5", 1563],
  ["7", 175],
  ["1:02:25", null],
  ["1:61:00", null],
  ["soon", null],
  ["", null],
])("%s is %s frames", (text, frames) => {
  expect(framesOf(text, 25)).toBe(frames);
});
