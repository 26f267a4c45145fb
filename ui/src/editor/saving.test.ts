import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../api/client";
import type { Doc } from "./document";
import { begin, step } from "./history";
import { Saver, type Server } from "./saving";

function doc(title: string): Doc {
  return {
    title,
    preset: "square-1080",
    keep: [{ start: 0, stop: 10 }],
    layouts: [],
    words: [],
    captions: { style: "karaoke", position: null },
    brand_id: null,
    loudness_lufs: -14,
  };
}

/** A server in this process: it refuses what is not on top of its newest version. */
class Shelf implements Server {
  versions: { document: Doc; name?: string }[] = [{ document: doc("first") }];
  away = false;
  read = async () => ({ version: this.versions.length, document: this.versions.at(-1)?.document ?? doc("") });
  save = async (version: number, document: Doc, name?: string) => {
    if (this.away) throw new Unreachable();
    if (version !== this.versions.length) throw new Refused(409, null, "Somebody else saved it.");
    this.versions.push({ document, name });
    return { version: this.versions.length };
  };
  get titles() {
    return this.versions.map(({ document }) => document.title);
  }
}

let shelf: Shelf;
let saver: Saver;

beforeEach(async () => {
  vi.useFakeTimers();
  shelf = new Shelf();
  saver = new Saver(await shelf.read(), shelf);
});
afterEach(() => {
  vi.useRealTimers();
});

test("changes that follow each other are saved once, a moment after the last", async () => {
  saver.want(doc("a"));
  await vi.advanceTimersByTimeAsync(500);
  saver.want(doc("b"));
  expect(saver.status.state).toBe("waiting");
  await vi.advanceTimersByTimeAsync(500);
  expect(shelf.titles).toEqual(["first"]);
  await vi.advanceTimersByTimeAsync(500);
  expect(shelf.titles).toEqual(["first", "b"]);
  expect(saver.status).toMatchObject({ state: "saved", version: 2 });
});

test("what was taken back before it was saved is not saved", async () => {
  const first = saver.status.document;
  saver.want(doc("a"));
  saver.want(first);
  await vi.advanceTimersByTimeAsync(2000);
  expect(shelf.titles).toEqual(["first"]);
  expect(saver.status.state).toBe("saved");
});

test("a server that is away is asked again", async () => {
  shelf.away = true;
  saver.want(doc("a"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.status.state).toBe("failed");
  shelf.away = false;
  await vi.advanceTimersByTimeAsync(6000);
  expect(shelf.titles).toEqual(["first", "a"]);
});

test("what somebody else saved is told, and with one's own on top both stay", async () => {
  await shelf.save(1, doc("theirs"));
  saver.want(doc("mine"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(saver.status).toMatchObject({ state: "conflict", theirs: { version: 2 } });
  saver.want(doc("mine too"));
  await vi.advanceTimersByTimeAsync(5000);
  expect(shelf.titles).toEqual(["first", "theirs"]);
  await saver.keepMine("Saved elsewhere");
  expect(shelf.titles).toEqual(["first", "theirs", "theirs", "mine too"]);
  expect(shelf.versions[2]?.name).toBe("Saved elsewhere");
  expect(saver.status).toMatchObject({ state: "saved", version: 4 });
});

test("a render waits for what is not saved yet, and is told when that cannot be", async () => {
  saver.want(doc("a"));
  expect(await saver.flush()).toBe(2);
  shelf.away = true;
  saver.want(doc("b"));
  await expect(saver.flush()).rejects.toBeInstanceOf(Unreachable);
});

test("every step back can be gone forward again, until something else is done", () => {
  const history = ["a", "b", "c"].reduce(
    (now, title) => step(now, { kind: "change", to: () => doc(title) }),
    begin(doc("first")),
  );
  let now = history;
  for (let count = 0; count < 5; count += 1) now = step(now, { kind: "undo" });
  expect(now.doc.title).toBe("first");
  now = step(step(now, { kind: "redo" }), { kind: "redo" });
  expect(now.doc.title).toBe("b");
  now = step(now, { kind: "change", to: () => doc("d") });
  expect(now.future).toEqual([]);
  expect(step(now, { kind: "undo" }).doc.title).toBe("b");
  expect(step(now, { kind: "change", to: (same) => same })).toBe(now);
});
