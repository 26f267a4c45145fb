// What the parts of the editor share: the document, what can be done to it, and the player.
import { createContext, use, useCallback, useMemo, useReducer, useState, useSyncExternalStore } from "react";
import { $api, api, type Schemas } from "../api/client";
import type { Doc } from "./document";
import { begin, type History, type Step, step } from "./history";
import { Player } from "./playing";
import { Saver, type Status } from "./saving";
import { rateOf, type Shown } from "./shown";

/** Its programme and its stills are those of the newest saved version. */
export interface Editing extends Shown {
  edit: Schemas["EditView"];
  source: Schemas["EditSource"];
  status: Status;
  saver: Saver;
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
    still: async (version: number, at: number, signal: AbortSignal) => {
      const params = { ...path.params, query: { at, version } };
      const { data } = await api.GET("/api/v1/edits/{edit_id}/frame", { params, parseAs: "blob", signal });
      return data as Blob | undefined;
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
  const saved = status.state === "saved" && status.document === history.doc;
  const still = useMemo(() => {
    const { version } = status;
    return saved
      ? {
          key: `${edit.id}/${version}`,
          read: (at: number, signal: AbortSignal) => serverOf(edit.id).still(version, at, signal),
        }
      : null;
  }, [saved, status, edit.id]);
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
      still,
      looks: looks?.items ?? [],
      history,
      change,
      undo,
      redo,
      part: part !== null && part < history.doc.keep.length ? part : null,
      choose,
    }),
    [edit, source, rate, history, status, saver, player, programme, still, looks, change, undo, redo, part],
  );
}
