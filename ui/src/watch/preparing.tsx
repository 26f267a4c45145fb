// What stands where the player will be, while there is nothing to play yet or for good.
import { Anchor, Button, Group, Progress, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api, once, sentenceOf } from "../api/client";
import { span } from "../format";
import { hasEnded } from "../runs/state";
import { type Asset, changed } from "./data";
import classes from "./watch.module.css";

/** How far the work on it is, or why there is nothing to watch. */
export function Preparing({ asset, mayEdit }: { asset: Asset; mayEdit: boolean }) {
  const { t } = useTranslation();
  const failed = asset.state === "failed";
  const runs = $api.useQuery(
    "get",
    "/api/v1/runs",
    { params: { query: { asset_id: asset.id, recipe: "share", limit: 1 } } },
    { refetchInterval: failed ? false : 2000 },
  );
  const start = $api.useMutation("post", "/api/v1/runs", { onSuccess: () => changed(asset.id) });
  const run = runs.data?.items[0];
  const atWork = run && !hasEnded(run);
  const again = () =>
    start.mutate({
      body: { asset_id: asset.id, recipe: "share", priority: 0 },
      params: { header: once() },
    });
  return (
    <div className={classes.preparing} role="status">
      {failed ? <IconAlertTriangle size={30} /> : <IconHourglass size={30} />}
      <Title order={2}>{failed ? t("watch.failed") : t("watch.preparing")}</Title>
      {failed ? (
        <Text>{asset.reason ?? run?.error?.message}</Text>
      ) : atWork ? (
        <>
          <Progress
            value={run.percent}
            w="min(22rem, 80%)"
            aria-label={t("watch.preparing")}
            color="petrol.5"
          />
          <Text className="tabular">
            {t("watch.percent", { percent: Math.floor(run.percent) })}
            {run.message ? ` · ${run.message}` : ""}
            {run.eta_s ? ` · ${t("watch.left", { time: span(run.eta_s) })}` : ""}
          </Text>
        </>
      ) : (
        <Text>{t("watch.notPrepared")}</Text>
      )}
      <Group gap="md" justify="center">
        {mayEdit && !atWork && !runs.isPending ? (
          <Button onClick={again} loading={start.isPending}>
            {failed ? t("action.tryAgain") : t("watch.prepare")}
          </Button>
        ) : null}
        {run && mayEdit ? (
          <Anchor component={Link} to={`/runs/${run.id}`} c="inherit">
            {t("watch.seeRun")}
          </Anchor>
        ) : null}
      </Group>
      {start.error ? <Text role="alert">{sentenceOf(start.error)}</Text> : null}
    </div>
  );
}
