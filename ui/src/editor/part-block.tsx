import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { moveEdge, type Part, startsOf } from "./document";
import { useEditing } from "./editing";
import classes from "./timeline.module.css";

interface PartBlockProps {
  part: Part;
  index: number;
  scale: number;
}

type Edge = "start" | "stop";

/** A kept part on the recording, with its two edges. */
export function PartBlock({ part, index, scale }: PartBlockProps) {
  const { t } = useTranslation();
  const { doc, source, rate, change, part: chosen, choose, player } = useEditing();
  // While an edge is pulled only the block follows; the document changes once, when it is let go.
  const [pulled, pull] = useState<{ edge: Edge; frame: number } | null>(null);
  const moved = pulled ? moveEdge(doc, index, pulled.edge, pulled.frame, source.frames).keep[index] : part;
  const shown = moved ?? part;

  function drag(edge: Edge, event: PointerEvent<HTMLElement>) {
    event.stopPropagation();
    const track = event.currentTarget.parentElement?.parentElement;
    const frame = Math.round(
      source.start + (event.clientX - (track?.getBoundingClientRect().left ?? 0)) / scale,
    );
    if (event.type === "pointerdown" && event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      choose(index);
      pull({ edge, frame: part[edge] });
    } else if (event.type === "pointermove" && pulled) pull({ edge, frame });
    else if (event.type === "pointerup" && pulled) {
      change((now) => moveEdge(now, index, edge, pulled.frame, source.frames));
      pull(null);
    } else if (event.type === "pointercancel") pull(null);
  }

  function press(edge: Edge, event: KeyboardEvent) {
    const far = event.shiftKey ? Math.round(rate) : 1;
    const by = { ArrowLeft: -far, ArrowRight: far, ArrowDown: -far, ArrowUp: far }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    choose(index);
    change((now) => moveEdge(now, index, edge, (now.keep[index]?.[edge] ?? 0) + by, source.frames));
  }

  function handle(edge: Edge) {
    return (
      <span
        className={classes.edge}
        data-edge={edge}
        role="slider"
        tabIndex={0}
        aria-label={t(edge === "start" ? "editor.edgeStart" : "editor.edgeStop", { number: index + 1 })}
        aria-valuemin={0}
        aria-valuemax={source.frames}
        aria-valuenow={shown[edge]}
        aria-valuetext={clock(shown[edge] / rate, { tenths: true })}
        onKeyDown={(event) => press(edge, event)}
        onPointerDown={(event) => drag(edge, event)}
        onPointerMove={(event) => drag(edge, event)}
        onPointerUp={(event) => drag(edge, event)}
        onPointerCancel={(event) => drag(edge, event)}
      />
    );
  }

  return (
    <div
      className={classes.part}
      data-chosen={chosen === index || undefined}
      style={{
        left: (shown.start - source.start) * scale,
        width: Math.max(2, (shown.stop - shown.start) * scale),
      }}
    >
      <button
        type="button"
        className={classes.grip}
        aria-pressed={chosen === index}
        aria-label={t("editor.partNamed", { number: index + 1 })}
        onClick={() => {
          choose(chosen === index ? null : index);
          player.seek(startsOf(doc.keep)[index] ?? 0);
        }}
      >
        {index + 1}
      </button>
      {handle("start")}
      {handle("stop")}
    </div>
  );
}
