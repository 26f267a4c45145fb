import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../api/client";
import { Answer, Loading } from "../app/states";
import { span } from "../format";
import classes from "./runs.module.css";
import { hasEnded, StateBadge } from "./state";

type Step = Schemas["StepStatus"];

/** What a run is made of, in order; what is done for each of many things is one line that counts them. */
export function Stages({ run }: { run: Schemas["RunView"] }) {
  const steps = $api.useQuery(
    "get",
    "/api/v1/runs/{run_id}/steps",
    { params: { path: { run_id: run.id } } },
    { refetchInterval: hasEnded(run) ? false : 1000 },
  );
  const workers = $api.useQuery(
    "get",
    "/api/v1/workers",
    {},
    { retry: false, throwOnError: false, staleTime: 30_000 },
  );
  const hosts = new Map(workers.data?.items.map((worker) => [worker.id, `${worker.host}:${worker.pid}`]));
  return (
    <Answer query={steps} loading={<Loading rows={8} height={48} />}>
      {({ items }) => {
        const tops = items.filter((step) => !step.parent_id);
        return (
          <ol className={classes.list}>
            {tops.map((step) => (
              <Stage
                key={step.id}
                step={step}
                parts={items.filter((each) => each.parent_id === step.id)}
                worker={step.worker_id ? hosts.get(step.worker_id) : undefined}
              />
            ))}
          </ol>
        );
      }}
    </Answer>
  );
}

function Stage({ step, parts, worker }: { step: Step; parts: Step[]; worker: string | undefined }) {
  const { t } = useTranslation();
  const done = parts.filter((each) => each.state === "succeeded").length;
  const failed = parts.find((each) => each.error)?.error;
  const error = step.error ?? failed;
  const took =
    step.started_at && step.ended_at
      ? (new Date(step.ended_at).getTime() - new Date(step.started_at).getTime()) / 1000
      : null;
  const running = step.state === "running";
  const told = [
    running ? step.message : "",
    parts.length ? t("run.parts", { done, count: parts.length }) : "",
    step.attempt > 1 ? t("run.attempt", { count: step.attempt }) : "",
    running && worker ? t("run.on", { worker }) : "",
  ].filter(Boolean);
  return (
    <li className={classes.stage}>
      <Text fw={running ? 600 : 480} size="sm">
        {step.title}
      </Text>
      <Group gap="sm" wrap="nowrap">
        <Text size="sm" c="dimmed" className="tabular">
          {took !== null && !step.reused ? span(took) : ""}
        </Text>
        <StateBadge state={step.reused ? "reused" : step.state} />
      </Group>
      {told.length ? (
        <Text size="sm" c="dimmed" className={classes.says}>
          {told.join(" · ")}
        </Text>
      ) : null}
      {running ? (
        <Progress className={classes.says} value={step.progress * 100} size="xs" aria-label={step.title} />
      ) : null}
      {error ? (
        <Text size="sm" c="error" className={classes.says}>
          {error.message}
        </Text>
      ) : null}
    </li>
  );
}
