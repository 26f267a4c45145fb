// The one way to the server: its own description gives every call its types.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import { tellReach } from "./reach";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** What the server, or the way to it, refused, in a sentence for whoever asked. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, sentence?: string) {
    super(sentence ?? problem?.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }

  /** The last part of the problem's type, such as `second-factor-needed`. */
  get kind(): string {
    return this.problem?.type.split(/[/:]/).at(-1) ?? "";
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor() {
    super("The server does not answer.");
  }
}

const refusing: Middleware = {
  onRequest({ request }) {
    // What shows that a page of ours asks, where the cookie alone would not.
    if (request.method !== "GET" && request.method !== "HEAD") request.headers.set("X-Cutroom", "1");
  },
  async onResponse({ response }) {
    tellReach(true);
    if (response.ok) return;
    const json = response.headers.get("content-type")?.includes("json");
    const problem = json ? ((await response.json()) as Problem) : null;
    throw new Refused(response.status, problem);
  },
  onError({ error }) {
    // Who went elsewhere waits no more: that says nothing of the server.
    if (error instanceof DOMException && error.name === "AbortError") return error;
    tellReach(false);
    return new Unreachable();
  },
};

export const api = createFetchClient<paths>({ baseUrl: "/" });
api.use(refusing);

/** Hooks over the same client: `$api.useQuery("get", "/api/v1/assets", …)`. */
export const $api = createQueryClient(api);

/** Whom to tell that the session ended; set by the shell. */
export const session = { ended: () => {} };

function noticeSessionEnd(error: Error) {
  if (error instanceof Refused && error.status === 401 && error.kind !== "second-factor-needed")
    session.ended();
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSessionEnd }),
  mutationCache: new MutationCache({ onError: noticeSessionEnd }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused stays refused; what did not come is asked for again.
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 3,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/** A key under which a request that is sent again gets the answer that it got the first time. */
export function once(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}

/** Say what went wrong in a sentence, whatever it was. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
