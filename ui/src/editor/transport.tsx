import { ActionIcon, Text, Tooltip } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../format";
import { lengthOf } from "./document";
import classes from "./screen.module.css";
import { useFrame, useShown, useSpeed } from "./shown";

/** Plays, seeks and counts; what else can be done here stands at its end. */
export function Transport({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const { doc, player, rate } = useShown();
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
        {children}
      </div>
    </div>
  );
}

interface ToolProps {
  name: string;
  keys: string;
  onClick: () => void;
  filled?: boolean;
  children: ReactNode;
}

/** A button of it, with its key. */
export function Tool({ name, keys, onClick, filled, children }: ToolProps) {
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
