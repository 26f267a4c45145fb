import { expect, test } from "vitest";
import { paramOf, withParam, withRecipe } from "./subscriptions";

test("a rule starts what was chosen, in the frame that was chosen, and keeps what else it says", () => {
  let rule = withRecipe([{ recipe: "share", params: {} }], "highlights", true);
  rule = withParam(rule, "highlights", "preset", "square-1080");
  expect(paramOf(rule, "highlights", "preset")).toBe("square-1080");
  expect(withRecipe(rule, "share", false)).toEqual([
    { recipe: "highlights", params: { preset: "square-1080" } },
  ]);
  const counted = [{ recipe: "highlights", params: { count: 3, preset: "square-1080" } }];
  expect(withParam(counted, "highlights", "preset", null)).toEqual([
    { recipe: "highlights", params: { count: 3 } },
  ]);
});
