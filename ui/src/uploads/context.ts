import { createContext, use, useSyncExternalStore } from "react";
import type { Sending, Uploads } from "./engine";

interface Given {
  uploads: Uploads | null;
  /** Let whoever is here choose files. */
  choose: () => void;
}

export const UploadsContext = createContext<Given>({ uploads: null, choose: () => {} });

export function useUploads(): Given {
  return use(UploadsContext);
}

const nothing = () => () => {};
const none: Record<string, Sending> = {};

/** What is sent, and how far each is. */
export function useSending(uploads: Uploads | null): Sending[] {
  const files = useSyncExternalStore<Record<string, Sending>>(
    uploads ? (told) => uploads.uppy.store.subscribe(told) : nothing,
    () => uploads?.uppy.getState().files ?? none,
  );
  return Object.values(files);
}
