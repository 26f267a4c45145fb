import { expect, test } from "vitest";
import { beforeAfterMove } from "./collections";

test("one goes before its neighbour, behind it, or to the end, and not beyond", () => {
  const ids = ["a", "b", "c"];
  expect(beforeAfterMove(ids, "b", -1)).toBe("a");
  expect(beforeAfterMove(ids, "a", 1)).toBe("c");
  expect(beforeAfterMove(ids, "b", 1)).toBeNull();
  expect(beforeAfterMove(ids, "a", -1)).toBeUndefined();
  expect(beforeAfterMove(ids, "c", 1)).toBeUndefined();
});
