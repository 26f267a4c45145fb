import { type DragEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { movePart, startsOf } from "./document";
import { useEditing } from "./editing";
import classes from "./timeline.module.css";

/** The clip's parts in the order in which they play; they can be put into another. */
export function Strip() {
  const { t } = useTranslation();
  const { doc, rate, part, choose, change, player } = useEditing();
  const [dragged, drag] = useState<number | null>(null);
  const starts = startsOf(doc.keep);
  if (doc.keep.length < 2) return null;

  function put(from: number, to: number) {
    change((now) => movePart(now, from, to));
    choose(to);
  }
  function press(event: KeyboardEvent, index: number) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || !event.altKey) return;
    event.preventDefault();
    const to = index + by;
    if (to < 0 || to >= doc.keep.length) return;
    put(index, to);
    document.getElementById(`strip-${to}`)?.focus();
  }
  return (
    <ol className={classes.strip} aria-label={t("editor.order")}>
      {doc.keep.map((each, index) => (
        <li key={`${each.start}-${each.stop}`} style={{ flexGrow: each.stop - each.start }}>
          <button
            type="button"
            id={`strip-${index}`}
            className={classes.piece}
            draggable
            title={t("editor.orderHow")}
            aria-pressed={part === index}
            aria-label={t("editor.pieceNamed", {
              number: index + 1,
              length: clock((each.stop - each.start) / rate, { tenths: true }),
            })}
            onClick={() => {
              choose(index);
              player.seek(starts[index] ?? 0);
            }}
            onKeyDown={(event) => press(event, index)}
            onDragStart={() => drag(index)}
            onDragEnd={() => drag(null)}
            onDragOver={(event: DragEvent) => dragged !== null && event.preventDefault()}
            onDrop={() => dragged !== null && put(dragged, index)}
          >
            {clock((each.stop - each.start) / rate, { tenths: true })}
          </button>
        </li>
      ))}
    </ol>
  );
}
