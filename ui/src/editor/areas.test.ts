import { expect, test } from "vitest";
import { largest, moved, resized, shapeOf, WHOLE } from "./areas";
import { layoutAt, measure } from "./drawing";

const WIDE = { width: 1920, height: 1080 };
const TALL = { width: 1080, height: 1920 };

test("whatever is done to an area, it stays inside the picture and keeps its shape", () => {
  for (const shape of [0.3, 0.5625, 1, 1.7])
    for (const by of [-2, -0.1, 0, 0.1, 2]) {
      const first = largest(shape, 0.2, 0.9);
      for (const area of [first, moved(first, by, -by), resized(first, shape, first.width + by)]) {
        expect(area.width / area.height).toBeCloseTo(shape);
        expect(area.x).toBeGreaterThanOrEqual(0);
        expect(area.y).toBeGreaterThanOrEqual(0);
        expect(area.x + area.width).toBeLessThanOrEqual(1 + 1e-9);
        expect(area.y + area.height).toBeLessThanOrEqual(1 + 1e-9);
        expect(area.width).toBeGreaterThanOrEqual(0.1);
      }
    }
});

test("an area of a place's shape fills it without losing anything", () => {
  const target = { x: 0, y: 0, width: 1, height: 0.5 };
  const source = largest(shapeOf(target, TALL, WIDE), 0.3);
  const { from, to } = measure({ source, target, fit: "cover" }, WIDE, TALL);
  expect(from.x).toBeCloseTo(source.x * 1920);
  expect(from.width).toBeCloseTo(source.width * 1920);
  expect(from.height).toBeCloseTo(source.height * 1080);
  expect(to).toEqual({ x: 0, y: 0, width: 1080, height: 960 });
});

test("a picture that is shown whole stands in the middle, and one that fills loses its sides", () => {
  const whole = measure({ source: WHOLE, target: WHOLE, fit: "contain" }, WIDE, TALL);
  expect(whole.to).toEqual({ x: 0, y: 656.25, width: 1080, height: 607.5 });
  const full = measure({ source: WHOLE, target: WHOLE, fit: "cover" }, WIDE, TALL);
  expect(full.from).toEqual({ x: 656.25, y: 0, width: 607.5, height: 1080 });
});

test("a frame is composed as was chosen, or as the server did, or as what is near", () => {
  const layout = (start: number, stop: number, background: "black" | "blur") => ({
    start,
    stop,
    background,
    panes: [{ source: WHOLE, target: WHOLE, fit: "cover" as const }],
  });
  const chosen = [layout(10, 20, "blur")];
  const composed = [layout(0, 40, "black")];
  expect(layoutAt(15, chosen, composed).background).toBe("blur");
  expect(layoutAt(25, chosen, composed).background).toBe("black");
  expect(layoutAt(100, chosen, []).background).toBe("blur");
  expect(layoutAt(5, [], []).panes).toHaveLength(1);
});
