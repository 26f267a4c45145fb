import { createContext, use } from "react";
import type { Schemas } from "../api/client";

export const MeContext = createContext<Schemas["Me"] | null>(null);

/** Who is signed in; pages inside the shell always have somebody. */
export function useMe(): Schemas["Me"] {
  const me = use(MeContext);
  if (!me) throw new Error("Nobody is signed in.");
  return me;
}

/** Whether whoever is signed in may bring recordings in and change things. */
export function useMayEdit(): boolean {
  return useMe().role !== "viewer";
}

/** Where to sign in and come back from. */
export function signInAddress(here: string): string {
  return here === "/" || here === "/library" ? "/signin" : `/signin?next=${encodeURIComponent(here)}`;
}

/** Where to go on: an address of our own and no other. */
export function nextAddress(search: URLSearchParams): string {
  const next = search.get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/library";
}
