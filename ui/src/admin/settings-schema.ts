// What the schema of the settings says of each, so far as a form has to know.
import type { Schemas } from "../api/client";

export type Values = Schemas["InstanceSettings"];
export type Name = keyof Values;

interface Described {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: { enum?: string[] };
  anyOf?: Described[];
}

export interface Field extends Described {
  name: string;
  /** Whether it may be left open. */
  optional: boolean;
}

/** Read the fields of a schema, each with the limits of what may be written. */
export function fieldsOf(schema: Record<string, unknown>): Field[] {
  const properties = (schema.properties ?? {}) as Record<string, Described>;
  return Object.entries(properties).map(([name, described]) => {
    const kinds = described.anyOf ?? [described];
    const kind = kinds.find(({ type }) => type !== "null") ?? {};
    return { ...described, ...kind, name, optional: kinds.some(({ type }) => type === "null") };
  });
}

/** The settings that say who does what; they have a page of their own. */
export const CAPABILITIES = [
  "speech_to_text",
  "language_model",
  "embedding",
  "face_detection",
  "ocr",
] as const satisfies readonly Name[];

export function isCapability(name: string): boolean {
  return (CAPABILITIES as readonly string[]).includes(name);
}
