// The keys of the editor; what has keys of its own keeps them.
import { useEffect, useRef } from "react";
import { merge, removePart, split, trimTo } from "./document";
import type { Editing } from "./editing";

/** Keys and what they do, as the list of shortcuts shows them: `editor.key.…`. */
export const KEYS = [
  ["Space", "play"],
  ["J", "back"],
  ["K", "pause"],
  ["L", "forward"],
  ["← →", "frame"],
  ["Shift ← →", "second"],
  ["Home End", "ends"],
  ["I", "trimStart"],
  ["O", "trimEnd"],
  ["S", "split"],
  ["M", "merge"],
  ["Delete", "delete"],
  ["Ctrl Z", "undo"],
  ["Ctrl Shift Z", "redo"],
  ["?", "help"],
] as const;

const TYPING = "input:not([type=range]), textarea, select, [contenteditable=true]";
const OWN_ARROWS = "[role=tab], [role=slider], [role=radio], input[type=range]";

/** Who opens the list of shortcuts; the head of the page does. */
export const help = { open: () => {} };

export function useKeys(editing: Editing) {
  const now = useRef(editing);
  useEffect(() => {
    now.current = editing;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (event.defaultPrevented || event.altKey || target.closest(`${TYPING}, [role=dialog], [role=menu]`))
        return;
      if (act(event, target, now.current)) event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** Do what a key stands for; whether it stood for anything. */
function act(event: KeyboardEvent, target: Element, editing: Editing): boolean {
  const { player, change, undo, redo, part, choose, rate, doc } = editing;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key === "y" || (key === "z" && event.shiftKey)) redo();
    else if (key === "z") undo();
    else return false;
    return true;
  }
  if ((key === " " || key === "Enter") && target.closest("button, a, [role=button]")) return false;
  if (/^(Arrow|Home|End)/.test(key) && target.closest(OWN_ARROWS)) return false;
  const far = event.shiftKey ? Math.round(rate) : 1;
  const remove = () => {
    const chosen = part === null ? undefined : doc.keep[part];
    if (part === null || !chosen) return;
    change((now) => removePart(now, part));
    choose(null);
  };
  const does = new Map<string, () => unknown>([
    [" ", () => player.toggle()],
    ["j", () => player.shuttle(-1)],
    ["k", () => player.pause()],
    ["l", () => player.shuttle(1)],
    ["ArrowLeft", () => go(editing, player.frame - far)],
    ["ArrowRight", () => go(editing, player.frame + far)],
    ["Home", () => go(editing, 0)],
    ["End", () => go(editing, player.duration - 1)],
    ["i", () => trimStart(editing)],
    ["o", () => change((now) => trimTo(now, "stop", player.frame))],
    ["s", () => change((now) => split(now, player.frame))],
    ["m", () => part !== null && change((now) => merge(now, part))],
    ["Delete", remove],
    ["Backspace", remove],
    ["?", () => help.open()],
  ]);
  const found = does.get(key);
  found?.();
  return found !== undefined;
}

/** Let the clip begin where the playhead is, which is its start then. */
export function trimStart({ player, change }: Pick<Editing, "player" | "change">) {
  const at = player.frame;
  change((now) => trimTo(now, "start", at));
  player.seek(0);
}

function go({ player }: Editing, frame: number) {
  player.pause();
  player.seek(frame);
}
