import { expect, test } from "vitest";
import { rateOf, withSample } from "./speed";

test("the speed is that of the last five seconds", () => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7].reduce<ReturnType<typeof withSample>>(
    (kept, second) => withSample(kept, { at: second * 1000, bytes: second < 4 ? 0 : (second - 3) * 100 }),
    [],
  );
  expect(samples[0]?.at).toBe(2000);
  expect(rateOf(samples)).toBeCloseTo(80);
});

test("what goes back to an earlier byte is measured anew", () => {
  const samples = withSample([{ at: 0, bytes: 500 }], { at: 1000, bytes: 100 });
  expect(rateOf(samples)).toBeNull();
});
