// Areas of a picture in shares of it, with a shape that is kept.
import type { Schemas } from "../api/client";
import { clamp } from "./document";
import type { Size } from "./drawing";

export type Area = Schemas["Area"];

export const WHOLE: Area = { x: 0, y: 0, width: 1, height: 1 };
const SMALLEST = 0.1;

/** Width over height, in shares, that a cut of the picture needs to fill a place of the frame. */
export function shapeOf(target: Area, frame: Size, picture: Size): number {
  return (target.width * frame.width * picture.height) / (target.height * frame.height * picture.width);
}

/** The largest area of a shape, with its middle as near to a point as it goes. */
export function largest(shape: number, x = 0.5, y = 0.5): Area {
  const [width, height] = shape >= 1 ? [1, 1 / shape] : [shape, 1];
  return inside({ x: x - width / 2, y: y - height / 2, width, height });
}

export function moved(area: Area, x: number, y: number): Area {
  return inside({ ...area, x: area.x + x, y: area.y + y });
}

/** Of another width, and of the same shape and middle. */
export function resized(area: Area, shape: number, width: number): Area {
  const most = Math.min(1, shape);
  const wide = clamp(width, Math.min(SMALLEST, most), most);
  const high = Math.min(1, wide / shape);
  return inside({
    x: area.x + (area.width - wide) / 2,
    y: area.y + (area.height - high) / 2,
    width: wide,
    height: high,
  });
}

function inside(area: Area): Area {
  return {
    ...area,
    x: clamp(area.x, 0, Math.max(0, 1 - area.width)),
    y: clamp(area.y, 0, Math.max(0, 1 - area.height)),
  };
}
