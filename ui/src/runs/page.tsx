import { Alert, Anchor, Button, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { IconAlertCircle, IconBan, IconRefresh, IconSparkles, IconVideo } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { $api, once, type Schemas, sentenceOf } from "../api/client";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { moment, span } from "../format";
import { useMayEdit } from "../session/me";
import { ClipCards } from "../watch/clip-cards";
import { Log } from "./log";
import classes from "./runs.module.css";
import { Stages } from "./stages";
import { hasEnded, StateBadge, useRecipeTitle } from "./state";

const EVERY_MS = 1000;
const WITH_CLIPS = new Set(["highlights", "edit"]);

/** One run: what it does now, what it did, what went wrong and what mends it. */
export function Component() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const title = useRecipeTitle();
  const path = { params: { path: { run_id: id } } };
  const run = $api.useQuery("get", "/api/v1/runs/{run_id}", path, {
    // A server that is away for a moment is asked again: the run goes on without us.
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data) ? false : EVERY_MS),
  });
  return (
    <Page
      title={
        run.data ? [title(run.data.recipe), run.data.subject].filter(Boolean).join(" · ") : t("nav.runs")
      }
      actions={run.data ? <Actions run={run.data} /> : null}
    >
      <Answer query={run} loading={<Loading rows={4} height={72} />}>
        {(data) => (
          <Stack gap="lg">
            <Standing run={data} />
            <MadeClips run={data} />
            <Title order={2}>{t("run.stages")}</Title>
            <Stages run={data} />
            <Log run={data} />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Actions({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { path: { run_id: run.id } };
  const refresh = { onSuccess: () => queries.invalidateQueries() };
  const cancel = $api.useMutation("post", "/api/v1/runs/{run_id}/cancel", refresh);
  const retry = $api.useMutation("post", "/api/v1/runs/{run_id}/retry", refresh);
  const mayEdit = useMayEdit();
  const wrong = cancel.error ?? retry.error;
  return (
    <>
      {wrong ? (
        <Text c="error" size="sm" role="alert">
          {sentenceOf(wrong)}
        </Text>
      ) : null}
      {run.subject_id ? (
        <Button
          component={Link}
          to={`/watch/${run.subject_id}`}
          variant="default"
          leftSection={<IconVideo size={17} />}
        >
          {t("run.recording")}
        </Button>
      ) : null}
      {mayEdit && !hasEnded(run) ? (
        <Button
          variant="default"
          leftSection={<IconBan size={17} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ params: path })}
        >
          {t("run.cancel")}
        </Button>
      ) : null}
      {mayEdit && (run.state === "failed" || run.state === "canceled") ? (
        <Button
          leftSection={<IconRefresh size={17} />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ params: { ...path, header: once() } })}
        >
          {t("run.retry")}
        </Button>
      ) : null}
      {run.recipe === "highlights" && run.state === "succeeded" ? (
        <Button component={Link} to={`/review/${run.id}`} leftSection={<IconSparkles size={17} />}>
          {t("run.review")}
        </Button>
      ) : null}
    </>
  );
}

function Standing({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const began = run.started_at ?? run.created_at;
  const took =
    ((run.ended_at ? new Date(run.ended_at) : new Date()).getTime() - new Date(began).getTime()) / 1000;
  const units = Object.entries(run.cost.units ?? {});
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <StateBadge state={run.state} />
        <Text c="dimmed" aria-live="polite">
          {run.error ? "" : run.message}
        </Text>
      </Group>
      {hasEnded(run) ? null : (
        <div>
          <Progress value={run.percent} size="lg" aria-label={t("run.progress")} />
          <Group justify="space-between" mt={4}>
            <Text size="sm" className="tabular">
              {Math.floor(run.percent)} %
            </Text>
            <Text size="sm" c="dimmed" className="tabular">
              {run.eta_s == null ? "" : t("run.left", { time: span(run.eta_s) })}
            </Text>
          </Group>
        </div>
      )}
      {run.error ? (
        <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} title={run.error.message}>
          {run.error.hint ? <Text size="sm">{run.error.hint}</Text> : null}
          <Text size="sm" c="dimmed">
            {t("run.failedIn", { stage: run.error.stage })}
          </Text>
        </Alert>
      ) : null}
      <dl className={classes.figures}>
        <Figure name={t("run.began")} value={moment(run.started_at)} />
        <Figure name={t("run.took")} value={run.started_at ? span(took) : "–"} />
        <Figure name={t("run.cpu")} value={span(run.cost.cpu_s)} />
        {units.map(([name, count]) => (
          <Figure key={name} name={name.replaceAll("_", " ")} value={count.toLocaleString()} />
        ))}
        {run.recipe === "sample" && run.state === "succeeded" ? <MadeRecording run={run} /> : null}
      </dl>
    </Stack>
  );
}

function MadeRecording({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const output = $api.useQuery("get", "/api/v1/runs/{run_id}/result", {
    params: { path: { run_id: run.id } },
  });
  const made = (output.data?.value as { asset_id?: string } | undefined)?.asset_id;
  return (
    <div>
      <dt>{t("run.made")}</dt>
      <dd>
        <Anchor component={Link} to={made ? `/watch/${made}` : "/library"}>
          {made ? t("run.recording") : t("nav.library")}
        </Anchor>
      </dd>
    </div>
  );
}

/** The clips that it made, ready to be watched, saved and edited. */
function MadeClips({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const clips = $api.useQuery(
    "get",
    "/api/v1/runs/{run_id}/clips",
    { params: { path: { run_id: run.id }, query: { limit: 50 } } },
    { enabled: run.state === "succeeded" && WITH_CLIPS.has(run.recipe) },
  );
  if (!clips.data?.items.length) return null;
  return (
    <section aria-label={t("run.clips")}>
      <Title order={2} mb="sm">
        {t("run.clips")}
      </Title>
      <ClipCards clips={clips.data.items} />
    </section>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
