import { Button, Text } from "@mantine/core";
import { IconArrowBackUp, IconPencil, IconScissors } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cut, framesOfWords, isKept, nearestInClip, restore, shownText, toSource } from "./document";
import { useEditing } from "./editing";
import { FixWord } from "./fix-word";
import { paragraphsOf } from "./paragraphs";
import classes from "./transcript.module.css";
import { Words } from "./words";

interface Selection {
  anchor: number;
  focus: number;
}

/** What belongs to the sound of a word before it is recognised as one. */
const LEAD_S = 0.06;

/** The recording's words: what is struck out is not in the clip. */
export function Transcript() {
  const { t } = useTranslation();
  const { doc, source, rate, player, change } = useEditing();
  const { words } = source;
  const [selection, select] = useState<Selection | null>(null);
  const [fixing, fix] = useState(false);
  const dragging = useRef(false);
  const list = useRef<HTMLDivElement>(null);
  const paragraphs = useMemo(() => paragraphsOf(words, rate), [words, rate]);
  const kept = useMemo(() => words.map((word) => isKept(doc.keep, word)), [words, doc.keep]);
  useSpoken(list);
  // The words around the clip are there, and the clip is what one came for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it is opened
  useEffect(() => {
    const word = document.getElementById(`word-${kept.indexOf(true)}`);
    if (word && list.current) list.current.scrollTop = word.offsetTop - 8;
  }, []);

  const first = selection ? Math.min(selection.anchor, selection.focus) : -1;
  const last = selection ? Math.max(selection.anchor, selection.focus) : -1;
  const chosen = selection ? kept.slice(first, last + 1) : [];
  const word = first === last ? words[first] : undefined;
  const begin = Math.min(...doc.keep.map((part) => part.start));
  const end = Math.max(...doc.keep.map((part) => part.stop));

  function act(what: typeof cut) {
    const frames = framesOfWords(words, first, last, Math.round(LEAD_S * rate));
    if (frames) change((now) => what(now, frames.start, frames.stop));
  }

  function go(to: number, extend: boolean) {
    const focus = Math.min(Math.max(to, 0), words.length - 1);
    select((now) => ({ anchor: extend && now ? now.anchor : focus, focus }));
    document.getElementById(`word-${focus}`)?.scrollIntoView({ block: "nearest" });
    if (!extend) seekTo(focus);
  }

  function seekTo(index: number) {
    const at = words[index];
    player.pause();
    if (at) player.seek(nearestInClip(doc.keep, at.start));
  }

  function press(event: KeyboardEvent) {
    const from = selection?.focus ?? kept.indexOf(true);
    const does = new Map<string, () => unknown>([
      ["ArrowRight", () => go(from + 1, event.shiftKey)],
      ["ArrowLeft", () => go(from - 1, event.shiftKey)],
      ["ArrowDown", () => go(below(from, 1), event.shiftKey)],
      ["ArrowUp", () => go(below(from, -1), event.shiftKey)],
      ["Home", () => go(kept.indexOf(true), event.shiftKey)],
      ["End", () => go(kept.lastIndexOf(true), event.shiftKey)],
      ["Delete", () => chosen.some(Boolean) && act(cut)],
      ["Backspace", () => chosen.some(Boolean) && act(cut)],
      ["r", () => chosen.some((each) => !each) && act(restore)],
      ["Enter", () => word && fix(true)],
      ["Escape", () => select(null)],
    ]);
    const found = event.ctrlKey || event.metaKey ? undefined : does.get(event.key);
    if (!found) return;
    found();
    event.preventDefault();
  }

  function point(event: PointerEvent) {
    const index = wordAt(event.target);
    if (event.type === "pointerdown" && event.button === 0 && index !== null) {
      dragging.current = true;
      select((now) => ({ anchor: event.shiftKey && now ? now.anchor : index, focus: index }));
      if (!event.shiftKey) seekTo(index);
    } else if (
      event.type === "pointermove" &&
      dragging.current &&
      index !== null &&
      index !== selection?.focus
    )
      select((now) => ({ anchor: now?.anchor ?? index, focus: index }));
    else if (event.type === "pointerup" || event.type === "pointercancel") dragging.current = false;
  }

  if (words.length === 0)
    return (
      <Text c="dimmed" p="md">
        {t("editor.noWords")}
      </Text>
    );
  return (
    <>
      <div className={classes.tools} role="toolbar" aria-label={t("editor.wordTools")}>
        {fixing && word ? (
          <FixWord
            key={word.number}
            word={word}
            close={() => {
              fix(false);
              list.current?.focus();
            }}
          />
        ) : (
          <>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconScissors size={15} />}
              disabled={!chosen.some(Boolean)}
              onClick={() => act(cut)}
              title="Delete"
            >
              {t("editor.cutWords")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconArrowBackUp size={15} />}
              disabled={!chosen.some((each) => !each)}
              onClick={() => act(restore)}
              title="R"
            >
              {t("editor.restoreWords")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPencil size={15} />}
              disabled={!word}
              onClick={() => fix(true)}
              title="Enter"
            >
              {t("editor.fixWord")}
            </Button>
          </>
        )}
      </div>
      <div
        ref={list}
        className={classes.words}
        role="listbox"
        aria-multiselectable
        aria-label={t("editor.transcript")}
        aria-activedescendant={selection ? `word-${selection.focus}` : undefined}
        tabIndex={0}
        onKeyDown={press}
        onPointerDown={point}
        onPointerMove={point}
        onPointerUp={point}
        onPointerCancel={point}
        onDoubleClick={() => word && fix(true)}
      >
        {paragraphs.map((each) => (
          <Words
            key={each.first}
            words={words}
            first={each.first}
            stop={each.stop}
            rate={rate}
            kept={kept.slice(each.first, each.stop).map(Number).join("")}
            shown={words
              .slice(each.first, each.stop)
              .map((one) => shownText(doc, one))
              .join("\n")}
            from={last >= each.first && first < each.stop ? first : -1}
            to={last >= each.first && first < each.stop ? last : -1}
            begin={begin}
            end={end}
          />
        ))}
      </div>
    </>
  );
}

/** Mark the word that is spoken, without drawing all the others anew. */
function useSpoken(list: React.RefObject<HTMLDivElement | null>) {
  const { player, doc, source } = useEditing();
  useEffect(() => {
    let before: Element | null = null;
    const mark = () => {
      const { frame } = toSource(doc.keep, player.frame);
      const index = source.words.findIndex((word) => frame >= word.start && frame < word.stop);
      const now = index < 0 ? null : document.getElementById(`word-${index}`);
      if (now === before) return;
      before?.removeAttribute("data-spoken");
      now?.setAttribute("data-spoken", "");
      before = now;
      if (now && player.speed > 0 && list.current) keepInSight(now, list.current);
    };
    mark();
    const leave = player.subscribe(mark);
    return () => {
      leave();
      before?.removeAttribute("data-spoken");
    };
  }, [player, doc.keep, source.words, list]);
}

function keepInSight(word: HTMLElement, list: HTMLElement) {
  const [inner, outer] = [word.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    list.scrollTop += inner.top - outer.top - outer.height / 3;
}

function wordAt(target: EventTarget): number | null {
  const found = target instanceof Element ? target.closest<HTMLElement>("[data-word]") : null;
  return found ? Number(found.dataset.word) : null;
}

/** The word on the next line, or the one before, that stands where this one does. */
function below(index: number, direction: 1 | -1): number {
  const here = document.getElementById(`word-${index}`)?.getBoundingClientRect();
  if (!here) return index;
  let best = index;
  let line: number | null = null;
  for (let at = index + direction; ; at += direction) {
    const box = document.getElementById(`word-${at}`)?.getBoundingClientRect();
    if (!box) return best;
    if (Math.abs(box.top - here.top) < 4) continue;
    line ??= box.top;
    if (Math.abs(box.top - line) > 4) return best;
    best = at;
    if (direction > 0 ? box.right >= here.left : box.left <= here.left) return at;
  }
}
