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
}

/** The recipes that need nothing but a recording. */
export function useStartable(): Startable[] {
  const { data } = $api.useQuery("get", "/api/v1/recipes", {}, { staleTime: 300_000 });
  return (data?.items ?? [])
    .filter((recipe) => !(recipe.params.required as string[] | undefined)?.length)
    .map(({ name, title, params }) => ({
      name,
      title,
      presets: (params.properties as Record<string, Property> | undefined)?.preset?.enum ?? [],
    }));
}

/** Put a recipe into a rule or take it out; what else the rule says stays. */
export function withRecipe(start: Start[], recipe: string, on: boolean): Start[] {
  const others = start.filter((each) => each.recipe !== recipe);
  return on ? [...others, start.find((each) => each.recipe === recipe) ?? { recipe, params: {} }] : others;
}

/** Choose the frame that a recipe of a rule makes; nothing is its own default. */
export function withPreset(start: Start[], recipe: string, preset: string | null): Start[] {
  return start.map((each) => {
    if (each.recipe !== recipe) return each;
    const { preset: _, ...params } = each.params ?? {};
    return { recipe, params: preset ? { ...params, preset } : params };
  });
}

export function presetOf(start: Start[], recipe: string): string | null {
  const given = start.find((each) => each.recipe === recipe)?.params?.preset;
  return typeof given === "string" ? given : null;
}
