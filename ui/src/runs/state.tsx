// How a run or a step stands: a word with a mark, never a colour alone.
import { Badge } from "@mantine/core";
import {
  IconBan,
  IconCheck,
  IconClock,
  IconExclamationMark,
  IconLoader2,
  IconRecycle,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";

type State = Schemas["RunState"] | Schemas["StepState"] | "reused";

const MARKS: Partial<Record<State, [string, typeof IconCheck]>> = {
  succeeded: ["petrol", IconCheck],
  reused: ["petrol", IconRecycle],
  failed: ["red", IconExclamationMark],
  canceled: ["gray", IconBan],
  running: ["blue", IconLoader2],
};

export function StateBadge({ state }: { state: State }) {
  const { t } = useTranslation();
  const [color, Mark] = MARKS[state] ?? ["gray", IconClock];
  return (
    <Badge
      variant="light"
      color={color}
      leftSection={<Mark size={12} stroke={2.4} />}
      tt="none"
      miw="max-content"
      className="state-badge"
    >
      {t([`run.state.${state}`, "run.state.waiting"])}
    </Badge>
  );
}

/** Whether a run has ended and will not change by itself. */
export function hasEnded(run: Pick<Schemas["RunView"], "state">): boolean {
  return run.state === "succeeded" || run.state === "failed" || run.state === "canceled";
}

/** What people call a recipe. */
export function useRecipeTitle(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => t([`run.recipe.${name}`, "run.recipe.other"], { name });
}
