// How fast bytes go, over the last few seconds.
import { useRef } from "react";

export interface Sample {
  at: number;
  bytes: number;
}

const WINDOW_MS = 5000;

/** Keep a sample, and those of the last seconds before it. */
export function withSample(samples: Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && sample.bytes < last.bytes) return [sample];
  return [...samples.filter(({ at }) => sample.at - at <= WINDOW_MS), sample];
}

/** Bytes a second; nothing while too little is known. */
export function rateOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 300) return null;
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
}

/** Measure what goes on while it goes on. */
export function useRate(bytes: number, going: boolean): number | null {
  const samples = useRef<Sample[]>([]);
  if (!going) samples.current = [];
  else if (samples.current.at(-1)?.bytes !== bytes)
    samples.current = withSample(samples.current, { at: performance.now(), bytes });
  return rateOf(samples.current);
}
