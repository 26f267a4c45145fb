import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconListSearch, IconMovie, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { $api, api, once, type Schemas, sentenceOf } from "../api/client";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { useMayEdit } from "../session/me";
import { Candidates } from "./candidates";
import { Deciding } from "./deciding";
import { FindPhrase } from "./find-phrase";
import { Preview } from "./preview";
import {
  type Clip,
  freshness,
  PRESETS,
  type Preset,
  previewOf,
  type Style,
  useCandidates,
  useReviewedClips,
  useStyles,
} from "./proposals";
import classes from "./review.module.css";
import { Why } from "./why";

/** The heart: what was proposed, why, and what becomes of it. */
export function Component() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const run = $api.useQuery("get", "/api/v1/runs/{run_id}", { params: { path: { run_id: id } } });
  const assetId = run.data?.subject_id ?? "";
  const asset = $api.useQuery(
    "get",
    "/api/v1/assets/{asset_id}",
    { params: { path: { asset_id: assetId } } },
    { enabled: Boolean(assetId) },
  );
  const candidates = useCandidates(id);
  const wrong = run.error ?? asset.error ?? candidates.error;
  if (wrong)
    return (
      <Page title={t("review.title")}>
        <Failed error={wrong} retry={() => void candidates.refetch()} />
      </Page>
    );
  if (!run.data || !asset.data || !candidates.data)
    return (
      <Page title={t("review.title")}>
        <Loading rows={7} height={72} />
      </Page>
    );
  if (candidates.data.length === 0)
    return (
      <Page title={asset.data.title}>
        <Empty
          icon={<IconListSearch size={24} />}
          title={t("review.none")}
          action={
            <Button component={Link} to={`/runs/${id}`} variant="default">
              {t("review.toRun")}
            </Button>
          }
        >
          {t(run.data.state === "succeeded" ? "review.noneSays" : "review.notYet")}
        </Empty>
      </Page>
    );
  return <Review run={run.data} asset={asset.data} candidates={candidates.data} />;
}

interface ReviewProps {
  run: Schemas["RunView"];
  asset: Schemas["AssetView"];
  candidates: Schemas["CandidateView"][];
}

function Review({ run, asset, candidates }: ReviewProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayEdit = useMayEdit() && asset.may_change;
  const [search, setSearch] = useSearchParams();
  const clips = useReviewedClips(run.id);
  const styles = useStyles();
  const [preset, setPreset] = useState<Preset>((run.params.preset as Preset) ?? "vertical-1080");
  const [style, setStyle] = useState<Style>((run.params.captions as Style) ?? "karaoke");
  // The address follows; it is too slow for whoever presses two keys in a row.
  const [chosen, choose] = useState(search.get("candidate"));
  const at = Math.max(
    0,
    candidates.findIndex((each) => each.id === chosen),
  );
  const candidate = candidates[at] ?? candidates[0];
  const look = useMemo(() => ({ preset, captions: style }), [preset, style]);
  // Who goes on to the next one finds it ready.
  const next = candidates[at + 1];
  useEffect(() => {
    if (next) void queries.prefetchQuery($api.queryOptions(...previewOf(next.id, look), freshness(next)));
  }, [queries, next, look]);
  const accepted = candidates.filter((each) => each.decision === "accepted");

  function show(position: number) {
    const next = candidates[Math.min(candidates.length - 1, Math.max(0, position))];
    if (!next) return;
    choose(next.id);
    setSearch({ candidate: next.id }, { replace: true, preventScrollReset: true });
  }
  useHotkeys([
    ["ArrowDown", () => show(at + 1)],
    ["ArrowUp", () => show(at - 1)],
  ]);
  const more = $api.useMutation("post", "/api/v1/runs", {
    onSuccess: (made) => navigate(`/runs/${made.id}`),
  });
  const render = $api.useMutation("post", "/api/v1/runs/{run_id}/render-candidates", {
    onSuccess: ({ items: [first, ...others] }) => {
      void queries.invalidateQueries();
      return navigate(first && others.length === 0 ? `/runs/${first.id}` : "/runs");
    },
  });
  function showMore() {
    // What was measured is kept: only the choice and the new clips are made.
    const { params } = run;
    const count = Math.min(50, 2 * Math.max(candidates.length, Number(params.count ?? 8)));
    const given = Object.fromEntries(
      Object.entries(params).filter(([name]) => name !== "picks" && name !== "providers"),
    );
    more.mutate({
      params: { header: once() },
      body: {
        recipe: "highlights",
        asset_id: asset.id,
        priority: 0,
        params: { ...given, count, dry_run: true },
      },
    });
  }
  // The clip where there is one like that: rendered anew, it is that clip, and no second one beside it.
  const like = (clip: Clip) =>
    clip.start_s === candidate?.start_s && preset === run.params.preset && style === run.params.captions;
  async function edit() {
    if (!candidate) return;
    if (candidate.edit) return void (await navigate(`/edit/${candidate.edit.id}`));
    const clip = clips.find(like);
    const { data } = await api.POST("/api/v1/edits", {
      params: { header: once() },
      body: clip ? { clip_id: clip.id } : { candidate_id: candidate.id, preset, captions: style },
    });
    if (data) await navigate(`/edit/${data.id}`);
  }
  const wrong = more.error ?? render.error;
  if (!candidate) return null;
  return (
    <Page
      title={asset.title}
      actions={
        mayEdit ? (
          <>
            <Button
              variant="default"
              leftSection={<IconPlus size={17} />}
              loading={more.isPending}
              onClick={showMore}
            >
              {t("review.more")}
            </Button>
            <Button
              leftSection={<IconMovie size={17} />}
              disabled={accepted.length === 0}
              loading={render.isPending}
              onClick={() =>
                render.mutate({
                  params: { path: { run_id: run.id }, header: once() },
                  body: { preset, captions: style },
                })
              }
            >
              {t("review.render", { count: accepted.length })}
            </Button>
          </>
        ) : null
      }
    >
      {wrong ? (
        <Text c="error" role="alert" mb="sm">
          {sentenceOf(wrong)}
        </Text>
      ) : null}
      <div className={classes.room}>
        <div className={classes.side}>
          <FindPhrase assetId={asset.id} preset={preset} captions={style} mayEdit={mayEdit} />
          <Candidates candidates={candidates} chosen={candidate.id} choose={show} clips={clips} />
        </div>
        <Stack className={classes.stage} gap="md">
          <Preview candidate={candidate} look={look} />
          {mayEdit ? <Deciding candidate={candidate} next={() => show(at + 1)} edit={edit} /> : null}
          <Group gap="sm" grow>
            <Select
              label={t("review.frame")}
              value={preset}
              allowDeselect={false}
              onChange={(value) => value && setPreset(value as Preset)}
              data={PRESETS.map((value) => ({ value, label: t(`review.preset.${value}`) }))}
            />
            <Select
              label={t("review.captions")}
              value={style}
              allowDeselect={false}
              onChange={(value) => value && setStyle(value as Style)}
              data={styles.map((value) => ({
                value,
                label: value === "none" ? t("review.noCaptions") : value,
              }))}
            />
          </Group>
          {candidate.edit ? (
            <Text size="sm" c="dimmed">
              {t("review.editedSays")}
            </Text>
          ) : null}
        </Stack>
        <Why candidate={candidate} />
      </div>
    </Page>
  );
}
