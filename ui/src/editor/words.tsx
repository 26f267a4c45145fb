import { memo } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import type { Word } from "./document";
import classes from "./transcript.module.css";

interface WordsProps {
  words: readonly Word[];
  first: number;
  stop: number;
  rate: number;
  /** One letter a word: 1 where it is in the clip. */
  kept: string;
  /** One line a word. */
  shown: string;
  /** The words that are selected, or -1. */
  from: number;
  to: number;
  /** Frames of the recording between which the clip lies. */
  begin: number;
  end: number;
}

/** A paragraph; drawn anew only when something in it is another. */
export const Words = memo(function Words({
  words,
  first,
  stop,
  rate,
  kept,
  shown,
  from,
  to,
  begin,
  end,
}: WordsProps) {
  const { t } = useTranslation();
  const texts = shown.split("\n");
  return (
    <p className={classes.paragraph} role="presentation">
      <span className={classes.at} aria-hidden>
        {clock((words[first]?.start ?? 0) / rate)}
      </span>
      {words.slice(first, stop).map((word, offset) => {
        const index = first + offset;
        const inside = kept[offset] === "1";
        const text = texts[offset] || "–";
        const around = word.stop <= begin || word.start >= end;
        return (
          <span
            key={word.number}
            id={`word-${index}`}
            data-word={index}
            data-state={inside ? (text === word.text ? "kept" : "fixed") : around ? "around" : "cut"}
            data-filler={word.filler || undefined}
            className={classes.word}
            role="option"
            tabIndex={-1}
            aria-selected={index >= from && index <= to && from >= 0}
            aria-label={inside ? text : t("editor.wordCut", { word: text })}
          >
            {text}{" "}
          </span>
        );
      })}
    </p>
  );
});
