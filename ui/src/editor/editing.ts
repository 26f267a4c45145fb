// What the parts of the editor share: the document, what can be done to it, and the player.
import { createContext, use, useCallback, useMemo, useReducer, useState, useSyncExternalStore } from "react";
import { $api, api, type Schemas } from "../api/client";
import type { Doc } from "./document";
import { begin, type History, type Step, step } from "./history";
import { Player } from "./playing";
import { Saver, type Status } from "./saving";

export interface Editing {
  edit: Schemas["EditView"];
  source: Schemas["EditSource"];
  rate: number;
  doc: Doc;
  status: Status;
  saver: Saver;
  player: Player;
  /** As the newest saved version plays; nothing before it came. */
  programme: Schemas["EditProgramme"] | undefined;
  looks: readonly Schemas["CaptionLook"][];
  history: History;
  change: (to: (doc: Doc) => Doc) => void;
  undo: () => void;
  redo: () => void;
  /** The part that is chosen on the timeline. */
  part: number | null;
  choose: (part: number | null) => void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (!editing) throw new Error("Nothing is being edited.");
  return editing;
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

function serverOf(id: string) {
  const path = { params: { path: { edit_id: id } } };
  return {
    read: async () => {
      const { data } = await api.GET("/api/v1/edits/{edit_id}", path);
      if (!data) throw new Error("The server gave nothing.");
      return data;
    },
    save: async (version: number, document: Doc, name?: string) => {
      const body = { version, document, name: name ?? null };
      const { data } = await api.PUT("/api/v1/edits/{edit_id}", { ...path, body });
      if (!data) throw new Error("The server gave nothing.");
      return data;
    },
  };
}

/** Begin to edit what was opened. */
export function useNewEditing(edit: Schemas["EditView"], source: Schemas["EditSource"]): Editing {
  const rate = rateOf(source.rate);
  const [history, act] = useReducer((now: History, next: Step) => step(now, next), edit.document, begin);
  const [saver] = useState(() => new Saver(edit, serverOf(edit.id)));
  const [player] = useState(
    () => new Player(document.createElement("video"), edit.document.keep, rateOf(source.rate)),
  );
  const [part, choose] = useState<number | null>(null);
  const status = useSyncExternalStore(saver.subscribe, saver.read);
  const programme = $api.useQuery(
    "get",
    "/api/v1/edits/{edit_id}/programme",
    { params: { path: { edit_id: edit.id }, query: { version: status.version } } },
    { staleTime: Infinity, placeholderData: (before: Schemas["EditProgramme"] | undefined) => before },
  ).data;
  const looks = $api.useQuery("get", "/api/v1/caption-styles", {}, { staleTime: Infinity }).data;
  const change = useCallback((to: (doc: Doc) => Doc) => act({ kind: "change", to }), []);
  const undo = useCallback(() => act({ kind: "undo" }), []);
  const redo = useCallback(() => act({ kind: "redo" }), []);
  return useMemo(
    () => ({
      edit,
      source,
      rate,
      doc: history.doc,
      status,
      saver,
      player,
      programme,
      looks: looks?.items ?? [],
      history,
      change,
      undo,
      redo,
      part: part !== null && part < history.doc.keep.length ? part : null,
      choose,
    }),
    [edit, source, rate, history, status, saver, player, programme, looks, change, undo, redo, part],
  );
}
