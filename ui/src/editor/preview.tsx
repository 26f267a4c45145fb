import { ActionIcon, Text, Tooltip } from "@mantine/core";
import {
  IconArrowBarLeft,
  IconArrowBarRight,
  IconChevronLeft,
  IconChevronRight,
  IconCut,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { CaptionLayer, LogoLayer } from "./captions";
import { lengthOf, split, toSource, trimTo } from "./document";
import { compose, layoutAt } from "./drawing";
import { useEditing, useFrame, useSpeed } from "./editing";
import classes from "./editor.module.css";
import { Exact } from "./exact";
import { FRAMES } from "./frames";
import { trimStart } from "./keys";
import { Playable } from "./playable";

/** Drawn no larger than this: more is not seen beside the rest of the page. */
const MOST_PIXELS = 720;

/** The clip as it will be: played from the recording, and to the pixel where it stands. */
export function Preview() {
  const { doc, source } = useEditing();
  const [width, height] = FRAMES[doc.preset];
  return (
    <>
      <div className={classes.stage}>
        <div className={classes.frame} style={{ "--ratio": width / height } as React.CSSProperties}>
          {source.width ? <Picture width={width} height={height} /> : null}
          <LogoLayer />
          <CaptionLayer />
          <Exact />
          {source.play_url ? null : <Playable />}
        </div>
      </div>
      <Transport />
    </>
  );
}

function Picture({ width, height }: { width: number; height: number }) {
  const { t } = useTranslation();
  const { doc, player, programme } = useEditing();
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef({ doc, programme });
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  useEffect(() => {
    shown.current = { doc, programme };
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const paint = () => {
      const now = shown.current;
      const { frame } = toSource(now.doc.keep, player.frame);
      compose(context, player.video, layoutAt(frame, now.doc.layouts, now.programme?.pictures ?? []));
    };
    paint();
    return player.draws(paint);
  }, [doc, programme, player]);
  return (
    <canvas
      ref={canvas}
      className={classes.picture}
      width={Math.round(width * scale)}
      height={Math.round(height * scale)}
      role="img"
      aria-label={t("editor.picture")}
    />
  );
}

function Transport() {
  const { t } = useTranslation();
  const { doc, player, rate, change } = useEditing();
  const frame = useFrame(player);
  const speed = useSpeed(player);
  const last = lengthOf(doc.keep) - 1;
  const play = speed === 0 ? t("editor.key.play") : t("editor.key.pause");
  return (
    <div className={classes.transport}>
      <input
        type="range"
        className={classes.seek}
        min={0}
        max={last}
        value={Math.min(frame, last)}
        onChange={(event) => player.seek(Number(event.currentTarget.value))}
        aria-label={t("editor.seek")}
        aria-valuetext={clock(frame / rate, { tenths: true })}
      />
      <div className={classes.buttons}>
        <Tool name={play} keys={speed === 0 ? "Space" : "K"} onClick={() => player.toggle()} filled>
          {speed === 0 ? <IconPlayerPlayFilled size={18} /> : <IconPlayerPauseFilled size={18} />}
        </Tool>
        <Tool name={t("editor.frameBack")} keys="←" onClick={() => player.seek(frame - 1)}>
          <IconChevronLeft size={18} />
        </Tool>
        <Tool name={t("editor.frameOn")} keys="→" onClick={() => player.seek(frame + 1)}>
          <IconChevronRight size={18} />
        </Tool>
        <Text size="sm" className="tabular" data-testid="time" component="span">
          {clock(frame / rate, { tenths: true })}
          <Text span c="dimmed" size="sm">
            {" / "}
            {clock((last + 1) / rate, { tenths: true })}
          </Text>
        </Text>
        {Math.abs(speed) > 1 || speed < 0 ? <Text size="sm">{`${speed}×`}</Text> : null}
        <span className={classes.spring} />
        <Tool name={t("editor.key.trimStart")} keys="I" onClick={() => trimStart({ player, change })}>
          <IconArrowBarRight size={18} />
        </Tool>
        <Tool
          name={t("editor.key.trimEnd")}
          keys="O"
          onClick={() => change((now) => trimTo(now, "stop", frame))}
        >
          <IconArrowBarLeft size={18} />
        </Tool>
        <Tool name={t("editor.key.split")} keys="S" onClick={() => change((now) => split(now, frame))}>
          <IconCut size={18} />
        </Tool>
      </div>
    </div>
  );
}

interface ToolProps {
  name: string;
  keys: string;
  onClick: () => void;
  filled?: boolean;
  children: React.ReactNode;
}

function Tool({ name, keys, onClick, filled, children }: ToolProps) {
  return (
    <Tooltip label={`${name} (${keys})`}>
      <ActionIcon
        variant={filled ? "filled" : "default"}
        size="lg"
        radius="sm"
        aria-label={name}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
