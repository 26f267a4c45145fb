import {
  Checkbox,
  NativeSelect,
  SimpleGrid,
  Slider,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { BrandChoice } from "./brand-choice";
import { Line } from "./captions";
import { type Doc, setPreset } from "./document";
import { useEditing } from "./editing";
import classes from "./editor.module.css";
import { FRAMES } from "./frames";

const PRESETS = Object.keys(FRAMES) as Doc["preset"][];
const LOUDNESS = ["-14", "-16", "-23", ""] as const;

/** What the clip is called, its frame, its captions and how loud it is. */
export function Look() {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  return (
    <Stack className={classes.form} gap="lg">
      <TitleField key={doc.title} />
      <NativeSelect
        label={t("editor.look.preset")}
        description={t("editor.look.presetWhy")}
        value={doc.preset}
        data={PRESETS.map((value) => ({ value, label: t(`editor.preset.${value}`) }))}
        onChange={({ currentTarget: { value } }) => change((now) => setPreset(now, value as Doc["preset"]))}
      />
      <CaptionStyles />
      {doc.captions.style === "none" ? null : <Position />}
      <BrandChoice />
      <NativeSelect
        label={t("editor.look.loudness")}
        value={doc.loudness_lufs ?? ""}
        data={[...new Set([...LOUDNESS, String(doc.loudness_lufs ?? "")])].map((value) => ({
          value,
          label: value ? t("editor.look.lufs", { value }) : t("editor.look.asIs"),
        }))}
        onChange={({ currentTarget: { value } }) =>
          change((now) => ({ ...now, loudness_lufs: value === "" ? null : Number(value) }))
        }
      />
    </Stack>
  );
}

function TitleField() {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  const [title, write] = useState(doc.title);
  function done() {
    const clean = title.trim().replace(/\s+/g, " ");
    if (clean) change((now) => (clean === now.title ? now : { ...now, title: clean }));
    else write(doc.title);
  }
  return (
    <TextInput
      label={t("editor.look.title")}
      value={title}
      maxLength={300}
      onChange={(event) => write(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}

function CaptionStyles() {
  const { t } = useTranslation();
  const { doc, looks, change } = useEditing();
  const choose = (style: string) =>
    change((now) =>
      style === now.captions.style
        ? now
        : { ...now, captions: { ...now.captions, style: style as Doc["captions"]["style"] } },
    );
  return (
    <fieldset className={classes.styles}>
      <legend>{t("editor.look.captions")}</legend>
      <SimpleGrid cols={{ base: 2, sm: 3, md: 2, lg: 3 }} spacing="xs">
        <UnstyledButton
          className={classes.sample}
          aria-pressed={doc.captions.style === "none"}
          onClick={() => choose("none")}
        >
          <span className={classes.sampleName}>{t("editor.look.none")}</span>
        </UnstyledButton>
        {looks.map((look) => (
          <Sample key={look.name} look={look} chosen={doc.captions.style === look.name} choose={choose} />
        ))}
      </SimpleGrid>
    </fieldset>
  );
}

interface SampleProps {
  look: Schemas["CaptionLook"];
  chosen: boolean;
  choose: (name: string) => void;
}

function Sample({ look, chosen, choose }: SampleProps) {
  const { t } = useTranslation();
  const [one = "", other = ""] = t("editor.look.sample").split(" ");
  const words = [
    { text: one, start: 0, stop: 1 },
    { text: other, start: 1, stop: 2 },
  ];
  return (
    <UnstyledButton
      className={classes.sample}
      aria-pressed={chosen}
      title={look.title}
      onClick={() => choose(look.name)}
    >
      <span className={classes.sampleText} aria-hidden>
        <Line look={look} words={words} line={0} frame={1} />
      </span>
      <span className={classes.sampleName}>{look.name}</span>
    </UnstyledButton>
  );
}

function Position() {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  const fixed = doc.captions.position;
  const [now, move] = useState<number | null>(null);
  const set = (position: number | null) =>
    change((doc) => ({ ...doc, captions: { ...doc.captions, position } }));
  return (
    <Stack gap={6}>
      <Checkbox
        label={t("editor.look.fits")}
        checked={fixed == null}
        onChange={(event) => set(event.currentTarget.checked ? null : 0.75)}
      />
      {fixed == null ? null : (
        <div>
          <Text size="sm" id="caption-height">
            {t("editor.look.height")}
          </Text>
          <Slider
            min={5}
            max={95}
            value={now ?? Math.round(fixed * 100)}
            label={(value) => `${value} %`}
            thumbLabel={t("editor.look.height")}
            onChange={move}
            onChangeEnd={(value) => {
              move(null);
              set(value / 100);
            }}
          />
        </div>
      )}
    </Stack>
  );
}
