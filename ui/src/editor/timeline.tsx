import { ActionIcon, Button, Slider, Text, Tooltip } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconArrowsJoin, IconFocusCentered, IconTrash } from "@tabler/icons-react";
import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { canMerge, clamp, cut, merge, nearestInClip, removePart, restore } from "./document";
import { useEditing } from "./editing";
import { PartBlock } from "./part-block";
import { Playhead } from "./playhead";
import { Strip } from "./strip";
import classes from "./timeline.module.css";
import { Waveform } from "./waveform";

/** How often the whole goes into the nearest look at it. */
const DEEPEST = 5;

/** The recording from left to right: what is kept lies on it as blocks with edges to pull. */
export function Timeline() {
  const { t } = useTranslation();
  const { doc, source, rate, player, part, choose, change } = useEditing();
  const { ref, width } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const whole = Math.max(1, source.stop - source.start);
  const begin = Math.min(...doc.keep.map((each) => each.start));
  const end = Math.max(...doc.keep.map((each) => each.stop));
  const fit = clamp(Math.log2(whole / Math.max(rate, (end - begin) * 1.15)), 0, DEEPEST);
  const [zoom, setZoom] = useState(fit);
  const scale = ((width || 1) / whole) * 2 ** zoom;
  const [at, scrolled] = useState(0);
  const middle = useRef((begin + end) / 2 - source.start);

  // What is in the middle stays there, however near one looks.
  useLayoutEffect(() => {
    if (scroller.current && width) scroller.current.scrollLeft = middle.current * scale - width / 2;
  }, [scale, width]);

  function frameAt(event: PointerEvent | React.MouseEvent): number {
    const box = scroller.current?.getBoundingClientRect();
    return Math.round(
      source.start + (event.clientX - (box?.left ?? 0) + (scroller.current?.scrollLeft ?? 0)) / scale,
    );
  }
  function point(event: PointerEvent) {
    if (event.type === "pointerdown") {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      player.pause();
    } else if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    player.seek(nearestInClip(doc.keep, frameAt(event)));
  }
  function toFit() {
    middle.current = (begin + end) / 2 - source.start;
    setZoom(fit);
    if (scroller.current && zoom === fit) scroller.current.scrollLeft = middle.current * scale - width / 2;
  }
  const chosen = part === null ? undefined : doc.keep[part];
  const silences = source.silences.filter((each) =>
    doc.keep.some((o) => each.start >= o.start && each.stop <= o.stop),
  );
  return (
    <section className={classes.timeline} aria-label={t("editor.face.timeline")}>
      <div className={classes.tools}>
        <Text size="sm" className="tabular" aria-live="polite">
          {chosen && part !== null
            ? t("editor.partIs", {
                number: part + 1,
                start: clock(chosen.start / rate, { tenths: true }),
                stop: clock(chosen.stop / rate, { tenths: true }),
              })
            : t("editor.parts", { count: doc.keep.length })}
        </Text>
        {part !== null ? (
          <>
            <Tooltip label={`${t("editor.key.merge")} (M)`}>
              <ActionIcon
                variant="default"
                aria-label={t("editor.key.merge")}
                disabled={!canMerge(doc, part)}
                onClick={() => change((now) => merge(now, part))}
              >
                <IconArrowsJoin size={16} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={`${t("editor.key.delete")} (Delete)`}>
              <ActionIcon
                variant="default"
                aria-label={t("editor.key.delete")}
                disabled={doc.keep.length < 2}
                onClick={() => {
                  change((now) => removePart(now, part));
                  choose(null);
                }}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          </>
        ) : null}
        <span className={classes.spring} />
        <Button
          size="compact-sm"
          variant="default"
          disabled={silences.length === 0}
          onClick={() =>
            change((now) => silences.reduce((doc, each) => cut(doc, each.start, each.stop), now))
          }
        >
          {t("editor.cutSilences", { count: silences.length })}
        </Button>
        <Tooltip label={t("editor.fit")}>
          <ActionIcon variant="default" aria-label={t("editor.fit")} onClick={toFit}>
            <IconFocusCentered size={16} />
          </ActionIcon>
        </Tooltip>
        <Slider
          className={classes.zoom}
          size="sm"
          label={null}
          min={0}
          max={DEEPEST + 2}
          step={0.25}
          value={zoom}
          onChange={setZoom}
          thumbLabel={t("editor.zoom")}
        />
      </div>
      <div ref={ref}>
        <div
          ref={scroller}
          className={classes.scroller}
          onScroll={(event) => {
            const { scrollLeft } = event.currentTarget;
            scrolled(scrollLeft);
            middle.current = (scrollLeft + width / 2) / scale;
          }}
        >
          <div className={classes.track} style={{ width: whole * scale }}>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: keys move the playhead from everywhere on the page */}
            <div
              className={classes.wave}
              onPointerDown={point}
              onPointerMove={point}
              onDoubleClick={(event) => {
                // What was cut comes back where it is pointed at.
                const frame = frameAt(event);
                const gap = gapAround(frame, doc.keep, source.start, source.stop);
                if (gap && gap.start >= begin && gap.stop <= end)
                  change((now) => restore(now, gap.start, gap.stop));
              }}
            >
              <Waveform scale={scale} at={at} width={width} />
            </div>
            {source.shots.map((shot) => (
              <span
                key={shot.start}
                className={classes.shot}
                style={{ left: (Math.max(shot.start, source.start) - source.start) * scale }}
                title={t(`editor.shot.${shot.kind}`)}
              />
            ))}
            {doc.keep.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the number is what a part is: the focus stays on it
              <PartBlock key={index} part={each} index={index} scale={scale} />
            ))}
            <Playhead scale={scale} />
          </div>
        </div>
      </div>
      <Strip />
    </section>
  );
}

function gapAround(
  frame: number,
  parts: readonly { start: number; stop: number }[],
  first: number,
  last: number,
) {
  if (parts.some((part) => frame >= part.start && frame < part.stop)) return null;
  return {
    start: Math.max(first, ...parts.filter((part) => part.stop <= frame).map((part) => part.stop)),
    stop: Math.min(last, ...parts.filter((part) => part.start > frame).map((part) => part.start)),
  };
}
