// Dragging one of a list to another place; the keyboard has buttons for it.
import { type DragEvent, useState } from "react";

export interface Dragging {
  dragged: string | null;
  /** Before which it would lie; `"end"` behind all. */
  over: string | null;
  /** What a row listens to. */
  of: (id: string) => {
    onDragStart: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
    onDragEnd: () => void;
  };
}

export const END = "end";

export function useDragging(
  ids: readonly string[],
  move: (id: string, before: string | null) => void,
): Dragging {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const stop = () => {
    setDragged(null);
    setOver(null);
  };
  return {
    dragged,
    over,
    of: (id) => ({
      onDragStart: (event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", id);
        setDragged(id);
      },
      onDragOver: (event) => {
        if (dragged === null) return; // a file from elsewhere
        event.preventDefault();
        const { top, height } = event.currentTarget.getBoundingClientRect();
        const above = event.clientY < top + height / 2;
        setOver(above ? id : (ids[ids.indexOf(id) + 1] ?? END));
      },
      onDrop: (event) => {
        if (dragged === null) return;
        event.preventDefault();
        const next = ids[ids.indexOf(dragged) + 1] ?? END;
        if (over !== null && over !== dragged && over !== next) move(dragged, over === END ? null : over);
        stop();
      },
      onDragEnd: stop,
    }),
  };
}
