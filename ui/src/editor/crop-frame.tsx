import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Area, moved, resized } from "./areas";
import classes from "./framing.module.css";

interface CropFrameProps {
  number: number;
  of: number;
  area: Area;
  /** Width over height in shares, which is kept. */
  shape: number;
  change: (area: Area) => void;
}

const STEP = 0.01;

/** What is cut out of the picture: to be moved and made larger by pointer or keys. */
export function CropFrame({ number, of, area, shape, change }: CropFrameProps) {
  const { t } = useTranslation();
  const [held, hold] = useState<{ x: number; y: number; from: Area; sizing: boolean; now: Area } | null>(
    null,
  );
  // What fills a place may be of another shape than it: what is shown is what is cut.
  const cut = resized(area, shape, Math.min(area.width, area.height * shape));
  const shown = held?.now ?? cut;

  function drag(event: PointerEvent<HTMLElement>, sizing: boolean) {
    event.stopPropagation();
    const sheet = event.currentTarget.closest(`.${classes.sheet}`)?.getBoundingClientRect();
    if (!sheet) return;
    if (event.type === "pointerdown" && event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      hold({ x: event.clientX, y: event.clientY, from: cut, sizing, now: cut });
    } else if (event.type === "pointermove" && held) {
      const x = (event.clientX - held.x) / sheet.width;
      const y = (event.clientY - held.y) / sheet.height;
      const now = held.sizing ? resized(held.from, shape, held.from.width + 2 * x) : moved(held.from, x, y);
      hold({ ...held, now });
    } else if (event.type === "pointerup" && held) {
      if (held.now !== held.from) change(held.now);
      hold(null);
    } else if (event.type === "pointercancel") hold(null);
  }

  function press(event: KeyboardEvent) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [x = 0, y = 0] = way;
    change(
      event.shiftKey ? resized(cut, shape, cut.width + (x - y) * STEP * 2) : moved(cut, x * STEP, y * STEP),
    );
  }

  return (
    <button
      type="button"
      className={classes.crop}
      style={{
        left: `${shown.x * 100}%`,
        top: `${shown.y * 100}%`,
        width: `${shown.width * 100}%`,
        height: `${shown.height * 100}%`,
      }}
      aria-label={t("editor.framing.crop", {
        number,
        x: Math.round(shown.x * 100),
        y: Math.round(shown.y * 100),
        width: Math.round(shown.width * 100),
      })}
      onKeyDown={press}
      onPointerDown={(event) => drag(event, false)}
      onPointerMove={(event) => drag(event, false)}
      onPointerUp={(event) => drag(event, false)}
      onPointerCancel={(event) => drag(event, false)}
    >
      {of > 1 ? <span className={classes.number}>{number}</span> : null}
      <span
        className={classes.corner}
        onPointerDown={(event) => drag(event, true)}
        onPointerMove={(event) => drag(event, true)}
        onPointerUp={(event) => drag(event, true)}
        onPointerCancel={(event) => drag(event, true)}
      />
    </button>
  );
}
