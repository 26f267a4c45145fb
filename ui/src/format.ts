// Times, sizes and dates as people read them.
import i18next from "i18next";

/** Seconds as a clock: `1:02:03`, `4:05`; with tenths where a cut is set. */
export function clock(seconds: number | null | undefined, { tenths = false } = {}): string {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  const whole = tenths ? Math.floor(seconds * 10 + 1e-6) / 10 : Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const shown = tenths ? rest.toFixed(1).padStart(4, "0") : String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${shown}` : `${minutes}:${shown}`;
}

/** A short time, to the tenth of a second. */
export function seconds(count: number): string {
  const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(i18next.language, tenths).format(count)}\u00a0s`;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes as people count them, in thousands. */
export function bytes(count: number): string {
  const step = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  return new Intl.NumberFormat(i18next.language, {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step < 2 ? 0 : 1,
  }).format(count / 1000 ** step);
}

/** The studio's language as it is written where this browser is: English has two orders of day and month. */
function region(): string {
  return navigator.languages.find((each) => each.split("-")[0] === i18next.language) ?? i18next.language;
}

/** A day and an hour, as this browser's language writes them. */
export function moment(at: string | null | undefined): string {
  if (!at) return "–";
  return new Intl.DateTimeFormat(region(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago, or until when. */
export function ago(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(i18next.language, { numeric: "auto" }).format(
    Math.round(seconds / size),
    unit,
  );
}

/** How much time something takes: `2 h 5 min`, `40 s`. */
export function span(seconds: number | null | undefined): string {
  if (seconds == null) return "–";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
