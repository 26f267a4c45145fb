// Subscriptions, and what they start on each new recording.
import { $api, type Schemas } from "../api/client";

export type Subscription = Schemas["SubscriptionView"];
export type Start = Schemas["Start"];

interface Property {
  title?: string;
  enum?: string[];
  default?: unknown;
}

/** A recipe that a rule may start, with the frames that it offers. */
export interface Startable {
  name: string;
  title: string;
  presets: string[];
  /** Whether its clips can wear a brand kit. */
  branded: boolean;
}

/** What a rule says of a recipe. */
export type Param = "preset" | "brand_id";

/** The recipes that need nothing but a recording. */
export function useStartable(): Startable[] {
  const { data } = $api.useQuery("get", "/api/v1/recipes", {}, { staleTime: 300_000 });
  return (data?.items ?? [])
    .filter((recipe) => !(recipe.params.required as string[] | undefined)?.length)
    .map(({ name, title, params }) => {
      const known = (params.properties ?? {}) as Partial<Record<Param, Property>>;
      return { name, title, presets: known.preset?.enum ?? [], branded: known.brand_id !== undefined };
    });
}

/** Put a recipe into a rule or take it out; what else the rule says stays. */
export function withRecipe(start: Start[], recipe: string, on: boolean): Start[] {
  const others = start.filter((each) => each.recipe !== recipe);
  return on ? [...others, start.find((each) => each.recipe === recipe) ?? { recipe, params: {} }] : others;
}

/** Choose how a recipe of a rule makes its clips; nothing is its own default. */
export function withParam(start: Start[], recipe: string, name: Param, value: string | null): Start[] {
  return start.map((each) => {
    if (each.recipe !== recipe) return each;
    const { [name]: _, ...params } = each.params ?? {};
    return { recipe, params: value ? { ...params, [name]: value } : params };
  });
}

export function paramOf(start: Start[], recipe: string, name: Param): string | null {
  const given = start.find((each) => each.recipe === recipe)?.params?.[name];
  return typeof given === "string" ? given : null;
}
