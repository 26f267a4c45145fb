// Saves a document by itself, a moment after the last change; one save at a time, each on top of the one before.
import { Refused } from "../api/client";
import type { Doc } from "./document";

const PAUSE_MS = 800;
const AGAIN_MS = 5_000;

export interface Saved {
  version: number;
  document: Doc;
}

export interface Server {
  read: () => Promise<Saved>;
  save: (version: number, document: Doc, name?: string) => Promise<{ version: number }>;
}

export type SaveState = "saved" | "waiting" | "saving" | "failed" | "conflict";

/** How it stands with saving; a new object with each change. */
export interface Status {
  state: SaveState;
  /** The newest version that is known here. */
  version: number;
  /** What that version says. */
  document: Doc;
  error: unknown;
  /** What somebody else saved meanwhile. */
  theirs: Saved | null;
}

export class Saver {
  status: Status;
  private wanted: Doc;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(
    opened: Saved,
    private readonly server: Server,
  ) {
    this.wanted = opened.document;
    this.status = { state: "saved", ...opened, error: null, theirs: null };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly read = () => this.status;

  get pending(): boolean {
    return this.wanted !== this.status.document;
  }

  /** Have a document saved soon. */
  want(document: Doc) {
    if (document === this.wanted) return;
    this.wanted = document;
    if (this.status.state === "conflict") return;
    if (!this.running) this.tell({ state: this.pending ? "waiting" : "saved", error: null });
    this.later(PAUSE_MS);
  }

  /** Save what there is now, and give the version that has it. */
  async flush(name?: string): Promise<number> {
    clearTimeout(this.timer);
    await this.running;
    if (this.status.state !== "conflict" && (this.pending || name)) await this.go(name);
    if (this.pending) throw this.status.error ?? new Error("conflict");
    return this.status.version;
  }

  /** The server has this by now: another version was restored. */
  accept(saved: Saved) {
    clearTimeout(this.timer);
    this.wanted = saved.document;
    this.tell({ state: "saved", ...saved, error: null, theirs: null });
  }

  /** Save one's own on top of what somebody else saved, which stays a version of its own. */
  async keepMine(name: string): Promise<void> {
    const { theirs } = this.status;
    if (!theirs) return;
    const mine = this.wanted;
    try {
      // A version with a name is not taken into the next one.
      const { version } = await this.server.save(theirs.version, theirs.document, name);
      this.tell({ state: "waiting", version, document: theirs.document, theirs: null, error: null });
      this.wanted = mine;
      await this.go();
    } catch (error) {
      await this.refused(error);
    }
  }

  stop() {
    clearTimeout(this.timer);
  }

  private later(wait: number) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), wait);
  }

  private go(name?: string): Promise<void> {
    if (this.running) return this.running;
    this.running = this.saveOnce(name).finally(() => {
      this.running = null;
      if (this.status.state === "saved" && this.pending) this.later(PAUSE_MS);
    });
    return this.running;
  }

  private async saveOnce(name?: string) {
    if (!this.pending && !name) return;
    const document = this.wanted;
    this.tell({ state: "saving", error: null });
    try {
      const { version } = await this.server.save(this.status.version, document, name);
      this.tell({ state: this.wanted === document ? "saved" : "waiting", version, document });
      if (this.pending) this.later(PAUSE_MS);
    } catch (error) {
      await this.refused(error);
    }
  }

  private async refused(error: unknown) {
    if (error instanceof Refused && error.status === 409) {
      try {
        this.tell({ state: "conflict", theirs: await this.server.read(), error });
        return;
      } catch (unread) {
        error = unread;
      }
    }
    this.tell({ state: "failed", error });
    // What was refused for what it says is refused again; all else may be over soon.
    if (!(error instanceof Refused && error.status < 500)) this.later(AGAIN_MS);
  }

  private tell(change: Partial<Status>) {
    this.status = { ...this.status, ...change };
    for (const listener of this.listeners) listener();
  }
}
