// Composes a frame of the clip from a frame of the recording, as src/cutroom/render/layout.py does for the export.
import type { Schemas } from "../api/client";
import { clamp, type Layout } from "./document";

type Area = Schemas["Area"];

export interface Size {
  width: number;
  height: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The pixels of the recording that a pane shows, and where in the frame. */
export function measure(pane: Schemas["Pane"], picture: Size, frame: Size): { from: Box; to: Box } {
  const { source, target } = pane;
  const place = scaled(target, frame);
  const part = scaled(source, picture);
  const scales = [place.width / part.width, place.height / part.height] as const;
  if (pane.fit === "contain") {
    const scale = Math.min(...scales);
    const [width, height] = [part.width * scale, part.height * scale];
    const to = {
      x: place.x + (place.width - width) / 2,
      y: place.y + (place.height - height) / 2,
      width,
      height,
    };
    return { from: part, to };
  }
  const scale = Math.max(...scales);
  const width = Math.min(place.width / scale, picture.width);
  const height = Math.min(place.height / scale, picture.height);
  const from = {
    x: clamp(part.x + part.width / 2 - width / 2, 0, picture.width - width),
    y: clamp(part.y + part.height / 2 - height / 2, 0, picture.height - height),
    width,
    height,
  };
  return { from, to: place };
}

function scaled(area: Area, size: Size): Box {
  return {
    x: area.x * size.width,
    y: area.y * size.height,
    width: area.width * size.width,
    height: area.height * size.height,
  };
}

const WHOLE: Area = { x: 0, y: 0, width: 1, height: 1 };

/** Draw a composed frame. */
export function compose(
  to: CanvasRenderingContext2D,
  picture: CanvasImageSource & { videoWidth: number; videoHeight: number },
  layout: Pick<Layout, "panes" | "background">,
) {
  const size = { width: picture.videoWidth, height: picture.videoHeight };
  const frame = { width: to.canvas.width, height: to.canvas.height };
  to.fillStyle = "#000";
  to.fillRect(0, 0, frame.width, frame.height);
  if (!size.width || !size.height) return;
  if (layout.background === "blur") {
    to.filter = `blur(${Math.round(frame.width / 36)}px) brightness(0.6)`;
    draw(to, picture, measure({ source: WHOLE, target: WHOLE, fit: "cover" }, size, frame));
    to.filter = "none";
  }
  for (const pane of layout.panes) draw(to, picture, measure(pane, size, frame));
}

function draw(
  to: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  { from, to: at }: { from: Box; to: Box },
) {
  to.drawImage(picture, from.x, from.y, from.width, from.height, at.x, at.y, at.width, at.height);
}

/** How a frame of the recording is composed: as was chosen, as the server composed it, or as what is nearest. */
export function layoutAt(
  frame: number,
  chosen: readonly Layout[],
  composed: readonly Layout[],
): Pick<Layout, "panes" | "background"> {
  const holds = (each: Layout) => frame >= each.start && frame < each.stop;
  const found = chosen.find(holds) ?? composed.find(holds);
  if (found) return found;
  const away = (each: Layout) => Math.max(each.start - frame, frame - each.stop + 1);
  const near = [...chosen, ...composed].sort((one, other) => away(one) - away(other))[0];
  return near ?? { panes: [{ source: WHOLE, target: WHOLE, fit: "cover" }], background: "black" };
}
