import { Anchor, Badge, Button, Text } from "@mantine/core";
import { IconScissors, IconSparkles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "../api/client";
import { Answer, Empty } from "../app/states";
import { ago } from "../format";
import { hasEnded } from "../runs/state";
import { ClipCards } from "./clip-cards";
import classes from "./clips.module.css";
import { type Asset, of, type Run, useHighlights } from "./data";

interface ClipsProps {
  asset: Asset;
  mayEdit: boolean;
  make: () => void;
}

/** What was made of a recording: by the runs that looked for highlights, and by hand. */
export function Clips({ asset, mayEdit, make }: ClipsProps) {
  const { t } = useTranslation();
  const clips = $api.useQuery("get", "/api/v1/assets/{asset_id}/clips", {
    params: { ...of(asset.id).params, query: { limit: 200 } },
  });
  const runs = useHighlights(asset.id);
  const known = new Set(runs.data?.items.map((run) => run.id));
  return (
    <Answer query={runs}>
      {({ items }) => (
        <Answer query={clips}>
          {(made) => {
            const others = made.items.filter((clip) => !known.has(clip.run_id));
            if (items.length === 0 && others.length === 0) return <None make={mayEdit ? make : null} />;
            return (
              <>
                {others.length > 0 ? (
                  <section className={classes.made}>
                    <Text size="sm" fw={560} mb="xs">
                      {t("watch.clips.byHand")}
                    </Text>
                    <ClipCards clips={others} />
                  </section>
                ) : null}
                {items.map((run) => (
                  <Made key={run.id} run={run} />
                ))}
              </>
            );
          }}
        </Answer>
      )}
    </Answer>
  );
}

function None({ make }: { make: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconScissors size={24} />}
      title={t("watch.clips.none")}
      action={
        make ? (
          <Button leftSection={<IconSparkles size={17} />} onClick={make}>
            {t("watch.makeHighlights")}
          </Button>
        ) : null
      }
    >
      {make ? t("watch.clips.noneSays") : null}
    </Empty>
  );
}

function Made({ run }: { run: Run }) {
  const { t } = useTranslation();
  const clips = $api.useQuery(
    "get",
    "/api/v1/runs/{run_id}/clips",
    { params: { path: { run_id: run.id }, query: { limit: 50 } } },
    { enabled: run.state === "succeeded" },
  );
  return (
    <section className={classes.made}>
      <Text size="sm" mb="xs">
        <Anchor component={Link} to={`/runs/${run.id}`} fw={560}>
          {t("watch.clips.run", { when: ago(run.created_at) })}
        </Anchor>{" "}
        <Badge variant="default" radius="sm" tt="none" fw={520}>
          {t(`watch.clips.state.${run.state}`)}
          {hasEnded(run) ? "" : ` ${Math.floor(run.percent)} %`}
        </Badge>
      </Text>
      {run.error ? (
        <Text size="sm" c="dimmed">
          {run.error.message}
        </Text>
      ) : null}
      <ClipCards clips={clips.data?.items ?? []} />
      {clips.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("watch.clips.noClip")}
        </Text>
      ) : null}
    </section>
  );
}
