import { Anchor, Button, Progress, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { ago } from "../format";
import classes from "./runs.module.css";
import { hasEnded, StateBadge, useRecipeTitle } from "./state";

const STATES = ["all", "running", "failed", "succeeded"] as const;

/** Everything that is or was being made. */
export function Component() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((each) => each === search.get("state")) ?? "all";
  const runs = usePages(
    ["runs", state],
    async (after, signal) => {
      const query = { after, ...(state === "all" ? {} : { state }) };
      const { data } = await api.GET("/api/v1/runs", { params: { query }, signal });
      return data ?? { items: [] };
    },
    { refetchInterval: 2000 },
  );
  return (
    <Page
      title={t("nav.runs")}
      actions={
        <SegmentedControl
          aria-label={t("run.filter")}
          value={state}
          onChange={(value) => setSearch(value === "all" ? {} : { state: value }, { replace: true })}
          data={STATES.map((value) => ({
            value,
            label: t(value === "all" ? "run.all" : `run.state.${value}`),
          }))}
        />
      }
    >
      {runs.items.length > 0 ? (
        <Stack gap="md">
          <ul className={classes.list}>
            {runs.items.map((run) => (
              <Line key={run.id} run={run} />
            ))}
          </ul>
          {runs.hasNextPage ? (
            <Button
              variant="default"
              loading={runs.isFetchingNextPage}
              onClick={() => void runs.fetchNextPage()}
            >
              {t("action.more")}
            </Button>
          ) : null}
        </Stack>
      ) : runs.error ? (
        <Failed error={runs.error} retry={() => void runs.refetch()} />
      ) : runs.isPending ? (
        <Loading rows={6} height={64} />
      ) : (
        <Empty icon={<IconPlayerPlay size={24} />} title={t("run.none")}>
          {t("run.noneSays")}
        </Empty>
      )}
    </Page>
  );
}

function Line({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const title = useRecipeTitle();
  const said = run.error?.message ?? run.message;
  return (
    <li className={classes.line}>
      <div className={classes.lineHead}>
        <Anchor component={Link} to={`/runs/${run.id}`} fw={560} c="inherit" className={classes.name}>
          {run.subject ?? title(run.recipe)}
        </Anchor>
        <StateBadge state={run.state} />
      </div>
      <Text size="sm" c={run.error ? "error" : "dimmed"} lineClamp={2} className="tabular">
        {[run.subject ? title(run.recipe) : null, ago(run.created_at), said].filter(Boolean).join(" · ")}
      </Text>
      {hasEnded(run) ? null : (
        <Progress value={run.percent} size="sm" mt={6} aria-label={t("run.progress")} />
      )}
    </li>
  );
}
