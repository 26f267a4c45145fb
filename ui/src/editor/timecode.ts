// Frames as editors write them: minutes, seconds and frames, `2:03:12`.

/** Frames as minutes, seconds and frames; the last number counts frames. */
export function timecode(frames: number, rate: number): string {
  const whole = Math.round(rate);
  const seconds = Math.floor(frames / whole);
  const rest = String(frames % whole).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}:${rest}`;
}

/** What somebody typed: `m:ss:ff`, or `m:ss.s` and `s.s` in seconds; null where it is no time. */
export function framesOf(text: string, rate: number): number | null {
  const typed = text.trim().replace(",", ".");
  const code = /^(\d+):(\d{1,2}):(\d{1,3})$/.exec(typed);
  const whole = Math.round(rate);
  if (code) {
    const [minutes, seconds, frames] = code.slice(1).map(Number) as [number, number, number];
    return seconds < 60 && frames < whole ? (minutes * 60 + seconds) * whole + frames : null;
  }
  const clock = /^(?:(\d+):)?(\d+(?:\.\d+)?)$/.exec(typed);
  return clock ? Math.round((Number(clock[1] ?? 0) * 60 + Number(clock[2])) * rate) : null;
}
