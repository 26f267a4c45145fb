// What the picture of a clip needs, of an edit or of a candidate that nobody has opened yet.
import { createContext, use, useSyncExternalStore } from "react";
import type { Schemas } from "../api/client";
import type { Doc } from "./document";
import type { Player } from "./playing";

export interface Shown {
  doc: Doc;
  player: Player;
  rate: number;
  /** As it plays; nothing before it came. */
  programme: Schemas["EditProgramme"] | undefined;
  /** Gives frames as the export will have them; null while what is shown is not known to the server. */
  still: Still | null;
}

export interface Still {
  /** Another one where frames are others. */
  key: string;
  read: (frame: number, signal: AbortSignal) => Promise<Blob | undefined>;
}

export const ShownContext = createContext<Shown | null>(null);

export function useShown(): Shown {
  const shown = use(ShownContext);
  if (!shown) throw new Error("Nothing is being shown.");
  return shown;
}

/** The clip's frame under the playhead; who asks is drawn anew with each. */
export function useFrame(player: Player): number {
  return useSyncExternalStore(player.subscribe, player.readFrame);
}

export function useSpeed(player: Player): number {
  return useSyncExternalStore(player.subscribe, player.readSpeed);
}

/** Frames per second, of a fraction. */
export function rateOf(rate: string): number {
  const [over, under = 1] = rate.split("/").map(Number);
  return (over ?? 25) / under;
}
