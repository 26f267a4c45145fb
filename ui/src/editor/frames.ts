import type { Doc } from "./document";

/** The frames that clips are made in, in pixels. */
export const FRAMES: Record<Doc["preset"], [number, number]> = {
  "vertical-1080": [1080, 1920],
  "portrait-4x5": [1080, 1350],
  "square-1080": [1080, 1080],
  "wide-1080": [1920, 1080],
};
