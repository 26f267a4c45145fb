import { ActionIcon, Progress, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, once, queries, sentenceOf } from "../api/client";
import { type Asset, isUnfinished, refreshAssets, useLive } from "./assets";
import style from "./library.module.css";

/** How far a recording is: while it is made ready, how much is done; why it failed, and the way on. */
export function Standing({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const run = useLive(asset);
  if (asset.state === "failed") return <FailedRecording asset={asset} />;
  if (!isUnfinished(asset)) return null;
  const percent = Math.round(run?.percent ?? 0);
  const says = run ? t("library.percent", { percent }) : t(`library.state.${asset.state}`);
  return (
    <div className={style.standing}>
      <Progress
        size={4}
        value={percent}
        animated={run?.state === "running"}
        aria-label={t("library.progress", { title: asset.title })}
      />
      {run ? (
        <Link className={style.quiet} to={`/runs/${run.id}`} title={run.message}>
          {says}
        </Link>
      ) : (
        <span className={style.quiet}>{says}</span>
      )}
    </div>
  );
}

function FailedRecording({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const retry = useMutation({
    mutationFn: () => makeReady(asset.id),
    onSuccess: () =>
      Promise.all([refreshAssets(), queries.invalidateQueries({ queryKey: ["live", asset.id] })]),
  });
  const why = retry.error ? sentenceOf(retry.error) : (asset.reason ?? t("library.state.failed"));
  return (
    <div className={style.failed}>
      <Tooltip label={why} multiline maw={360}>
        <span className={style.why}>
          <IconAlertTriangle size={15} aria-hidden />
          <span>{why}</span>
        </span>
      </Tooltip>
      {asset.may_change ? (
        <Tooltip label={t("action.tryAgain")}>
          <ActionIcon
            variant="default"
            size="md"
            loading={retry.isPending}
            onClick={() => retry.mutate()}
            aria-label={t("library.retry", { title: asset.title })}
          >
            <IconRefresh size={15} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </div>
  );
}

/** Go on with the run that failed; where there is none any more, begin another. */
async function makeReady(assetId: string) {
  const { data } = await api.GET("/api/v1/runs", {
    params: { query: { asset_id: assetId, recipe: "share", limit: 1 } },
  });
  const run = data?.items[0];
  if (run?.state === "failed")
    await api.POST("/api/v1/runs/{run_id}/retry", { params: { path: { run_id: run.id } } });
  else
    await api.POST("/api/v1/runs", {
      params: { header: once() },
      body: { recipe: "share", asset_id: assetId, priority: 0 },
    });
}
