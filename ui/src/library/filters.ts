// What a list of recordings is narrowed to and ordered by, kept in the address: it can be gone back to, and sent.
import type { Schemas } from "../api/client";

export const STATES = ["ready", "processing", "new", "failed"] as const satisfies Schemas["AssetState"][];
export const VISIBILITIES = [
  "private",
  "group",
  "instance",
  "link",
] as const satisfies Schemas["Visibility"][];
export const ORDERS = [
  "-created",
  "created",
  "title",
  "-title",
  "-duration",
  "duration",
  "-size",
  "size",
] as const satisfies Schemas["AssetOrder"][];

export type Order = (typeof ORDERS)[number];
const NEWEST: Order = "-created";

/** What narrows the list; all of it together. */
export interface Narrowed {
  state?: (typeof STATES)[number];
  visibility?: (typeof VISIBILITIES)[number];
  category?: string;
  tag?: string;
  owner?: string;
}
export type FilterName = keyof Narrowed;
export const FILTER_NAMES: FilterName[] = ["state", "category", "tag", "owner", "visibility"];

/** What a page asks for. */
export interface Wanted extends Narrowed {
  q: string;
  sort: Order;
}

function oneOf<T extends string>(known: readonly T[], given: string | null): T | undefined {
  return known.find((each) => each === given);
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function id(given: string | null): string | undefined {
  return given && ID.test(given) ? given : undefined;
}

/** Read an address; what makes no sense in it is left out. */
export function readWanted(search: URLSearchParams): Wanted {
  return {
    q: search.get("q")?.trim() ?? "",
    sort: oneOf(ORDERS, search.get("sort")) ?? NEWEST,
    state: oneOf(STATES, search.get("state")),
    visibility: oneOf(VISIBILITIES, search.get("visibility")),
    category: id(search.get("category")),
    tag: search.get("tag")?.slice(0, 50) || undefined,
    owner: id(search.get("owner")),
  };
}

/** Write one thing into an address; what is as it always is needs no mention. */
export function withWanted(search: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const changed = new URLSearchParams(search);
  if (!value || (name === "sort" && value === NEWEST)) changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** Which filters narrow the list. */
export function narrowedBy(wanted: Narrowed): FilterName[] {
  return FILTER_NAMES.filter((name) => wanted[name] !== undefined);
}
