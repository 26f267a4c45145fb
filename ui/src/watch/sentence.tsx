import { ActionIcon, Button, Group, Text, Textarea, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, Refused, sentenceOf } from "../api/client";
import { clock } from "../format";
import { of, transcriptKey } from "./data";
import type { Sentence } from "./sentences";
import classes from "./watch.module.css";

interface RowProps {
  id: string;
  version: number;
  number: number;
  sentence: Sentence;
  current: boolean;
  edited: boolean;
  /** Begin or end to correct it; left out for who may not. */
  edit?: (on: boolean) => void;
  seek: (second: number) => void;
}

/** A sentence: a press plays it, a pencil corrects it. */
export function SentenceRow({ sentence, current, edited, edit, seek, ...of }: RowProps) {
  const { t } = useTranslation();
  if (edited && edit) return <Correcting sentence={sentence} done={() => edit(false)} {...of} />;
  return (
    <div className={classes.row} data-current={current || undefined}>
      <button
        type="button"
        className={classes.sentence}
        aria-current={current ? "true" : undefined}
        onClick={() => seek(sentence.start_s)}
        onDoubleClick={() => edit?.(true)}
        onKeyDown={(event) => {
          if (event.key !== "e" || !edit) return;
          event.preventDefault(); // or the letter would be typed into what opens
          edit(true);
        }}
      >
        <time className="tabular">{clock(sentence.start_s)}</time>
        <span>{sentence.text}</span>
      </button>
      {edit ? (
        <Tooltip label={`${t("watch.correct")} (E)`}>
          <ActionIcon
            className={classes.pencil}
            variant="subtle"
            color="gray"
            aria-label={t("watch.correctThis", { text: sentence.text.slice(0, 60) })}
            onClick={() => edit(true)}
          >
            <IconPencil size={16} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </div>
  );
}

interface CorrectingProps {
  id: string;
  version: number;
  number: number;
  sentence: Sentence;
  done: () => void;
}

function Correcting({ id, version, number, sentence, done }: CorrectingProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(sentence.text);
  const save = useMutation({
    mutationFn: async () =>
      (
        await api.PATCH("/api/v1/assets/{asset_id}/transcript", {
          ...of(id),
          body: { version, sentences: [{ number, text: text.replace(/\s+/g, " ") }] },
        })
      ).data,
    onSuccess: async (corrected) => {
      queries.setQueryData(transcriptKey(id), corrected);
      done();
      await queries.invalidateQueries({ queryKey: ["hits", id] });
    },
    onError: async (error) => {
      // Somebody else was faster: what they wrote is shown behind, and what was typed here stays.
      if (error instanceof Refused && error.status === 409)
        await queries.invalidateQueries({ queryKey: transcriptKey(id) });
    },
  });
  return (
    <form
      className={classes.correcting}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Textarea
        aria-label={t("watch.correctAt", { time: clock(sentence.start_s) })}
        description={t("watch.correctSays")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") done();
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            save.mutate();
          }
        }}
        maxLength={2000}
        autosize
        autoFocus
        disabled={save.isPending}
        error={save.error ? sentenceOf(save.error) : undefined}
      />
      <Group gap="xs" mt="xs" justify="space-between">
        <Text size="xs" c="dimmed">
          {text.trim() ? t("watch.correctKeys") : t("watch.correctRemoves")}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={done}>
            {t("action.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={save.isPending}>
            {t("action.save")}
          </Button>
        </Group>
      </Group>
    </form>
  );
}
