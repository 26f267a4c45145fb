import type { MediaPlayerInstance } from "@vidstack/react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { clock } from "../format";
import classes from "./watch.module.css";

interface ChaptersProps {
  chapters: Schemas["ChapterView"][];
  player: MediaPlayerInstance | null;
  seek: (second: number) => void;
}

/** The table of contents, with where one is in it. */
export function Chapters({ chapters, player, seek }: ChaptersProps) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(-1);
  useEffect(
    () =>
      player?.subscribe(({ currentTime }) =>
        setCurrent(chapters.findLastIndex((each) => each.start_s <= currentTime + 0.05)),
      ),
    [player, chapters],
  );
  return (
    <div className={classes.panel}>
      <div className={classes.scroll}>
        <ol className={classes.hits} aria-label={t("watch.chapters")}>
          {chapters.map((each, place) => (
            <li key={each.start_s} className={classes.row} data-current={place === current || undefined}>
              <button
                type="button"
                className={classes.sentence}
                aria-current={place === current ? "true" : undefined}
                onClick={() => seek(each.start_s)}
              >
                <time className="tabular">{clock(each.start_s)}</time>
                <span>{each.title}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
