import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useEditing } from "./editing";
import classes from "./timeline.module.css";

const HEIGHT = 84;
/** What is quieter is drawn as nothing. */
const QUIETEST_DB = -60;

interface WaveformProps {
  /** Pixels a frame. */
  scale: number;
  /** How far it is scrolled, in pixels. */
  at: number;
  /** Pixels that are seen; only those are drawn, so that a lecture is as quick as a minute. */
  width: number;
}

/** How loud the recording is, with what is kept in colour and silences marked. */
export function Waveform({ scale, at, width }: WaveformProps) {
  const { doc, source, rate } = useEditing();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !canvas.current || width === 0) return;
    const dense = window.devicePixelRatio || 1;
    canvas.current.width = width * dense;
    canvas.current.height = HEIGHT * dense;
    context.scale(dense, dense);
    const style = getComputedStyle(canvas.current);
    const [lit, dim, mark] = ["--cr-focus", "--cr-line", "--mantine-color-dimmed"].map((name) =>
      style.getPropertyValue(name),
    );
    const { levels_db: levels, per_s: perS, start } = source.waveform;
    const x = (frame: number) => (frame - source.start) * scale - at;
    context.fillStyle = mark ?? "";
    for (const silence of source.silences)
      context.fillRect(x(silence.start), HEIGHT - 3, (silence.stop - silence.start) * scale, 3);
    for (let left = 0; left < width; left += 3) {
      const from = source.start + (left + at) / scale;
      const to = source.start + (left + 3 + at) / scale;
      const first = Math.floor(((from - start) / rate) * perS);
      const last = Math.max(first + 1, Math.ceil(((to - start) / rate) * perS));
      const loudest = Math.max(QUIETEST_DB, ...levels.slice(Math.max(0, first), Math.max(0, last)));
      const high = Math.max(1, (1 - loudest / QUIETEST_DB) * (HEIGHT - 12));
      const middle = (from + to) / 2;
      const kept = doc.keep.some((part) => middle >= part.start && middle < part.stop);
      context.fillStyle = (kept ? lit : dim) ?? "";
      context.fillRect(left, (HEIGHT - high) / 2, 2, high);
    }
  }, [doc.keep, source, rate, scale, at, width, scheme]);
  return <canvas ref={canvas} className={classes.canvas} style={{ width, height: HEIGHT }} aria-hidden />;
}
