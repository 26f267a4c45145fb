import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { type Area, largest, shapeOf, WHOLE } from "./areas";
import { CropFrame } from "./crop-frame";
import { type Layout, type Part, setLayout, toSource } from "./document";
import { layoutAt, type Size } from "./drawing";
import { useEditing } from "./editing";
import { FRAMES } from "./frames";
import classes from "./framing.module.css";
import { useFrame } from "./shown";

type Look = Pick<Layout, "panes" | "background">;
const UPPER: Area = { x: 0, y: 0, width: 1, height: 0.5 };
const LOWER: Area = { x: 0, y: 0.5, width: 1, height: 0.5 };

/** Which part of the picture is shown, and how it is put into the frame. */
export function Framing() {
  const { t } = useTranslation();
  const { doc, source, rate, player, programme, change } = useEditing();
  const [whole, apply] = useState(false);
  const { frame: at } = toSource(doc.keep, useFrame(player));
  const [width, height] = FRAMES[doc.preset];
  const frame: Size = { width, height };
  const picture: Size = { width: source.width, height: source.height };
  const look = layoutAt(at, doc.layouts, programme?.pictures ?? []);
  const shot = source.shots.find((each) => at >= each.start && at < each.stop);
  const stretch: Part = whole || !shot ? { start: 0, stop: source.frames } : shot;
  const chosen = doc.layouts.some((each) => at >= each.start && at < each.stop);

  const set = (next: Look | null) => change((now) => setLayout(now, stretch, next));
  const crop = (target: Area, y?: number) => ({
    source: largest(shapeOf(target, frame, picture), 0.5, y),
    target,
    fit: "cover" as const,
  });
  const kinds: [string, () => void][] = [
    ["auto", () => set(null)],
    ["fill", () => set({ panes: [crop(WHOLE)], background: "black" })],
    ["whole", () => set({ panes: [{ source: WHOLE, target: WHOLE, fit: "contain" }], background: "blur" })],
    ["split", () => set({ panes: [crop(UPPER), crop(LOWER)], background: "black" })],
  ];
  const kind = !chosen
    ? "auto"
    : look.panes.length > 1
      ? "split"
      : look.panes[0]?.fit === "contain"
        ? "whole"
        : "fill";
  return (
    <Stack className={classes.framing} gap="sm">
      <Group gap="xs" role="group" aria-label={t("editor.framing.how")}>
        {kinds.map(([name, choose]) => (
          <Button
            key={name}
            size="compact-sm"
            variant={name === kind ? "filled" : "default"}
            aria-pressed={name === kind}
            onClick={choose}
          >
            {t(`editor.framing.${name}`)}
          </Button>
        ))}
      </Group>
      <SegmentedControl
        size="xs"
        value={whole || !shot ? "clip" : "shot"}
        onChange={(value) => apply(value === "clip")}
        aria-label={t("editor.framing.where")}
        data={[
          {
            value: "shot",
            label: shot
              ? t("editor.framing.shot", { start: clock(shot.start / rate), stop: clock(shot.stop / rate) })
              : t("editor.framing.noShot"),
            disabled: !shot,
          },
          { value: "clip", label: t("editor.framing.everywhere") },
        ]}
      />
      <Sheet picture={picture}>
        {look.panes.map((pane, index) =>
          pane.fit === "cover" ? (
            <CropFrame
              // biome-ignore lint/suspicious/noArrayIndexKey: panes are told apart by their order alone
              key={index}
              number={index + 1}
              of={look.panes.length}
              area={pane.source}
              shape={shapeOf(pane.target, frame, picture)}
              change={(area) => set({ ...look, panes: look.panes.with(index, { ...pane, source: area }) })}
            />
          ) : null,
        )}
      </Sheet>
      <Text size="sm" c="dimmed">
        {look.panes.some((pane) => pane.fit === "cover")
          ? t("editor.framing.says")
          : t("editor.framing.saysWhole")}
      </Text>
    </Stack>
  );
}

/** The recording's own picture, for frames to lie on. */
function Sheet({ picture, children }: { picture: Size; children: React.ReactNode }) {
  const { player } = useEditing();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const paint = () => {
      if (player.video.videoWidth)
        context.drawImage(player.video, 0, 0, context.canvas.width, context.canvas.height);
    };
    paint();
    return player.draws(paint);
  }, [player]);
  return (
    <div className={classes.sheet} style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
      <canvas
        ref={canvas}
        width={640}
        height={Math.round((640 * picture.height) / picture.width)}
        aria-hidden
      />
      {children}
    </div>
  );
}
