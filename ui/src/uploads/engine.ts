// Files on their way to the server: Uppy sends them by tus, and what is here of one is the server's to say.
import Uppy, { type UppyFile } from "@uppy/core";
import Tus, { type TusBody } from "@uppy/tus";
import { api, type Problem, type Schemas, session } from "../api/client";

type Meta = {
  name: string;
  type?: string;
  /** When the file was last written: tells the same file from another of its name and size. */
  modified: string;
  /** The recording whose source it becomes, and which of its sources it is to follow. */
  replaces?: string;
  source_version?: string;
  /** Why nothing came of it, in a sentence. */
  refused?: string;
  /** The recording that it became. */
  became?: string;
  /** Another recording with the same bytes. */
  same?: string;
};
export type Sending = UppyFile<Meta, TusBody>;
export type Unfinished = Schemas["UploadView"];

const ADDRESS = "/api/v1/uploads";
/** At a time: more of them make none faster. */
const AT_ONCE = 3;
/** Proxies that hold a request back until it is whole hold back no more than this. */
const PIECE_BYTES = 64 * 1024 * 1024;
/** What the server is told of every file. */
const FIELDS: (keyof Meta)[] = ["name", "modified"];
/** A server that starts again, or a line that comes back, is waited for about two minutes. */
const RETRY_MS = [500, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];
const LOOK_MS = 700;

const quiet = { debug() {}, warn() {}, error() {} };

/** What one person sends from one page; `arrived` is told of each that ended. */
export class Uploads {
  readonly uppy: Uppy<Meta, TusBody>;
  private open = true;
  private readonly arrived: () => void;

  constructor(arrived: () => void) {
    this.arrived = arrived;
    this.uppy = new Uppy<Meta, TusBody>({ logger: quiet });
    this.uppy.use(Tus, {
      endpoint: new URL(ADDRESS, location.href).href,
      headers: { "X-Cutroom": "1" },
      limit: AT_ONCE,
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_MS,
      allowedMetaFields: FIELDS,
      // The server knows what is unfinished, on whichever machine one goes on.
      storeFingerprintForResuming: false,
    });
    this.uppy.on("upload-success", (file, { uploadURL }) => {
      if (file && uploadURL) void this.follow(file.id, idOf(uploadURL));
    });
    this.uppy.on("upload-error", (file, error, response) => {
      const xhr = (response?.body as TusBody | undefined)?.xhr;
      if (xhr?.status === 401) session.ended();
      if (file) this.tell(file.id, { refused: said(xhr) ?? error.message });
      this.arrived();
    });
  }

  /** Send files; one that is here in part goes on where it stopped. */
  async add(files: File[], into: Pick<Meta, "replaces" | "source_version"> = {}) {
    const unfinished = await readUnfinished();
    for (const file of files) {
      const modified = String(file.lastModified);
      let known = this.find(file.name, file.size, modified);
      if (known && known.meta.replaces !== into.replaces) {
        this.uppy.removeFile(known.id);
        known = undefined;
      }
      if (known?.error) {
        this.again(known.id);
        continue;
      }
      if (known && !known.progress.uploadComplete) continue;
      if (known) this.uppy.removeFile(known.id);
      const begun = await matching(unfinished, file.name, file.size, modified, into.replaces);
      if (!this.open) return;
      const id = this.uppy.addFile({
        name: file.name,
        type: file.type,
        data: file,
        meta: { name: file.name, modified, ...into },
      });
      const tus = {
        // Named where they are given alone: one that is not would be sent as a word.
        allowedMetaFields: [...FIELDS, ...(Object.keys(into) as (keyof Meta)[])],
        ...(begun ? { uploadUrl: `${ADDRESS}/${begun}` } : {}),
      };
      this.uppy.setFileState(id, { tus });
    }
    await this.uppy.upload().catch(() => {}); // each file tells how it ended
  }

  pause(id: string) {
    this.uppy.pauseResume(id);
  }

  again(id: string) {
    this.tell(id, { refused: undefined });
    void this.uppy.retryUpload(id)?.catch(() => {});
  }

  /** Give one up, here and at the server; of one that has ended only the line goes. */
  async drop(file: Sending) {
    const url = file.tus?.uploadUrl;
    this.uppy.removeFile(file.id); // ends it at the server too, where it is under way
    if (file.error && url) await giveUp(idOf(url));
    this.arrived();
  }

  /** Forget what has ended. */
  clear() {
    this.uppy.removeFiles(
      this.uppy
        .getFiles()
        .filter(hasEnded)
        .map((file) => file.id),
    );
  }

  /** Leave: what is unfinished stays at the server, to be gone on with. */
  leave() {
    this.open = false;
    this.uppy.pauseAll();
  }

  private find(name: string, size: number, modified: string): Sending | undefined {
    return this.uppy
      .getFiles()
      .find((each) => each.name === name && each.size === size && each.meta.modified === modified);
  }

  private tell(id: string, meta: Partial<Meta>) {
    const file = this.uppy.getFile(id);
    if (file) this.uppy.setFileMeta(id, { ...file.meta, ...meta });
  }

  /** All its bytes are there: wait until it is a recording, or is found to be none. */
  private async follow(id: string, uploadId: string) {
    while (this.open && this.uppy.getFile(id)) {
      const { data } = await api
        .GET("/api/v1/uploads/{upload_id}/state", { params: { path: { upload_id: uploadId } } })
        .catch(() => ({ data: undefined }));
      if (data?.state === "failed") this.tell(id, { refused: data.reason ?? "" });
      if (data?.state === "finished")
        this.tell(id, { became: data.asset_id ?? "", same: data.same_files[0]?.title });
      if (data?.state === "failed" || data?.state === "finished") return this.arrived();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

/** Whether nothing more comes of it. */
export function hasEnded(file: Sending): boolean {
  return file.meta.became !== undefined || file.meta.refused !== undefined;
}

/** Whether bytes of it are still to be sent by this page. */
export function isUnderWay(file: Sending): boolean {
  return !file.progress.uploadComplete && !file.error;
}

/** The uploads of whoever is signed in of which the server has not all. */
export async function readUnfinished(): Promise<Unfinished[]> {
  const { data } = await api.GET("/api/v1/uploads", {
    params: { query: { state: "receiving", limit: 200 } },
  });
  return data?.items.filter((each) => each.kind === "whole") ?? [];
}

export async function giveUp(uploadId: string) {
  await fetch(`${ADDRESS}/${uploadId}`, {
    method: "DELETE",
    headers: { "X-Cutroom": "1", "Tus-Resumable": "1.0.0" },
  });
}

/** Find the upload that the very same file began. */
async function matching(
  unfinished: Unfinished[],
  name: string,
  size: number,
  modified: string,
  replaces: string | undefined,
) {
  for (const each of unfinished.filter(({ length }) => length === size)) {
    const head = await fetch(`${ADDRESS}/${each.id}`, {
      method: "HEAD",
      headers: { "Tus-Resumable": "1.0.0" },
    }).catch(() => null);
    const told = readMetadata(head?.ok ? head.headers.get("Upload-Metadata") : null);
    if (told.filename === name && told.modified === modified && told.replaces === replaces) return each.id;
  }
  return null;
}

/** Read `Upload-Metadata`: keys with values in Base64. */
export function readMetadata(header: string | null): Record<string, string> {
  const pairs = (header ?? "").split(",").flatMap((pair) => {
    const [key, value] = pair.trim().split(" ");
    if (!key) return [];
    const bytes = Uint8Array.from(atob(value ?? ""), (each) => each.charCodeAt(0));
    return [[key, new TextDecoder().decode(bytes)]];
  });
  return Object.fromEntries(pairs);
}

export function idOf(url: string): string {
  return url.split("/").at(-1) ?? "";
}

function said(xhr: XMLHttpRequest | undefined): string | undefined {
  try {
    return (JSON.parse(xhr?.responseText ?? "") as Problem).detail;
  } catch {
    return undefined;
  }
}
