import { expect, test } from "vitest";
import { piecesOf } from "./marks";

test("what was asked for is marked, and nothing is lost", () => {
  const pieces = piecesOf("😀 the sky is blue", [[6, 9]]);
  expect(pieces.map(({ text, marked }) => [text, marked])).toEqual([
    ["😀 the ", false],
    ["sky", true],
    [" is blue", false],
  ]);
  expect(piecesOf("plain", [])).toEqual([{ text: "plain", marked: false, at: 0 }]);
});
