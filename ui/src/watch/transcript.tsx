// What is said, beside what is shown: it follows the player, leads it, and can be corrected.
import { ActionIcon, Button, Loader, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowBarToDown, IconSearch, IconX } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { MediaPlayerInstance } from "@vidstack/react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Transcript } from "./data";
import { Found } from "./found";
import { SentenceRow } from "./sentence";
import { sentenceAt } from "./sentences";
import { useStill } from "./still";
import classes from "./watch.module.css";

interface TranscriptProps {
  id: string;
  transcript: Transcript;
  player: MediaPlayerInstance | null;
  mayChange: boolean;
  seek: (second: number) => void;
}

export function TranscriptPanel({ id, transcript, player, mayChange, seek }: TranscriptProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), 200);
  return (
    <div className={classes.panel}>
      <TextInput
        className={classes.search}
        size="sm"
        type="search"
        aria-label={t("watch.searchIn")}
        placeholder={t("watch.searchIn")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setWords("");
        }}
        leftSection={<IconSearch size={16} />}
        rightSection={
          words ? (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("watch.clearSearch")}
              onClick={() => setWords("")}
            >
              {asked === words.trim() ? <IconX size={16} /> : <Loader size={14} />}
            </ActionIcon>
          ) : null
        }
      />
      {asked.length > 1 ? (
        <Found id={id} words={asked} seek={seek} />
      ) : (
        <Said id={id} transcript={transcript} player={player} mayChange={mayChange} seek={seek} />
      )}
      {transcript.corrected_by ? (
        <Text size="xs" c="dimmed" className={classes.foot}>
          {t("watch.correctedBy", { name: transcript.corrected_by.name })}
        </Text>
      ) : null}
    </div>
  );
}

function Said({ id, transcript, player, mayChange, seek }: TranscriptProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const [follows, setFollows] = useState(true);
  const [edited, setEdited] = useState<number | null>(null);
  const still = useStill();
  const { sentences } = transcript;
  const rows = useVirtualizer({
    count: sentences.length,
    getScrollElement: () => box.current,
    estimateSize: () => 64,
    overscan: 8,
  });

  useEffect(
    () => player?.subscribe(({ currentTime }) => setCurrent(sentenceAt(sentences, currentTime))),
    [player, sentences],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is moved when what is said changes, not when it is drawn
  useEffect(() => {
    if (follows && edited === null && current >= 0)
      rows.scrollToIndex(current, { align: "center", behavior: still ? "auto" : "smooth" });
  }, [current, follows]);

  // Whoever scrolls away is left there; the player's own movements are no scrolling of theirs.
  const leave = () => setFollows(false);
  return (
    <div className={classes.said}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only listens whether somebody scrolls */}
      <div
        ref={box}
        className={classes.scroll}
        onWheel={leave}
        onTouchMove={leave}
        onKeyDown={(event) => {
          if (["PageUp", "PageDown", "Home", "End"].includes(event.key)) leave();
        }}
      >
        <ol
          className={classes.sentences}
          aria-label={t("watch.transcript")}
          style={{ height: rows.getTotalSize() }}
        >
          {rows.getVirtualItems().map((row) => {
            const sentence = sentences[row.index];
            return sentence ? (
              <li
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                aria-setsize={sentences.length}
                aria-posinset={row.index + 1}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <SentenceRow
                  id={id}
                  version={transcript.version}
                  number={row.index}
                  sentence={sentence}
                  current={row.index === current}
                  edited={row.index === edited}
                  edit={mayChange ? (on) => setEdited(on ? row.index : null) : undefined}
                  seek={(second) => {
                    setFollows(true);
                    seek(second);
                  }}
                />
              </li>
            ) : null;
          })}
        </ol>
      </div>
      {follows ? null : (
        <Button
          className={classes.follow}
          size="compact-sm"
          leftSection={<IconArrowBarToDown size={15} />}
          onClick={() => setFollows(true)}
        >
          {t("watch.follow")}
        </Button>
      )}
    </div>
  );
}
