import { expect, test } from "vitest";
import { between } from "./selection";

test("from one to another goes both ways", () => {
  const ids = ["a", "b", "c", "d"];
  expect(between(ids, "b", "d")).toEqual(["b", "c", "d"]);
  expect(between(ids, "d", "b")).toEqual(["b", "c", "d"]);
  expect(between(ids, "gone", "c")).toEqual(["c"]);
});
