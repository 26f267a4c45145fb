import { Anchor, Badge, Button, Card, Modal, SimpleGrid, Text } from "@mantine/core";
import { IconScissors, IconSparkles } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api, type Schemas } from "../api/client";
import { Answer, Empty } from "../app/states";
import { ago, clock } from "../format";
import type { Asset } from "./data";
import classes from "./watch.module.css";

type Clip = Schemas["ClipView"];
type Run = Schemas["RunView"];

/** What was made of a recording, by the run that made it. */
export function Clips({ asset, mayEdit, make }: { asset: Asset; mayEdit: boolean; make: () => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Clip | null>(null);
  const runs = $api.useQuery(
    "get",
    "/api/v1/runs",
    { params: { query: { asset_id: asset.id, recipe: "highlights", limit: 20 } } },
    {
      refetchInterval: ({ state }) =>
        (state.data as { items: Run[] } | undefined)?.items.some(atWork) ? 2000 : false,
    },
  );
  return (
    <Answer query={runs}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            icon={<IconScissors size={24} />}
            title={t("watch.clips.none")}
            action={
              mayEdit ? (
                <Button leftSection={<IconSparkles size={17} />} onClick={make}>
                  {t("watch.makeHighlights")}
                </Button>
              ) : null
            }
          >
            {mayEdit ? t("watch.clips.noneSays") : null}
          </Empty>
        ) : (
          <>
            {items.map((run) => (
              <Made key={run.id} run={run} show={setShown} />
            ))}
            <Modal opened={shown !== null} onClose={() => setShown(null)} title={shown?.title} size="auto">
              {shown ? <Playing clip={shown} /> : null}
            </Modal>
          </>
        )
      }
    </Answer>
  );
}

function Made({ run, show }: { run: Run; show: (clip: Clip) => void }) {
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
          {atWork(run) ? ` ${Math.floor(run.percent)} %` : ""}
        </Badge>
      </Text>
      {run.error ? (
        <Text size="sm" c="dimmed">
          {run.error.message}
        </Text>
      ) : null}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} spacing="sm">
        {(clips.data?.items ?? []).map((clip) => (
          <Card
            key={clip.id}
            component="button"
            type="button"
            padding={0}
            className={classes.clip}
            onClick={() => show(clip)}
          >
            <div className={classes.still}>
              <img src={`/api/v1/clips/${clip.id}/files/poster.jpg`} alt="" loading="lazy" />
              <span className="tabular">{clock(clip.duration_s)}</span>
            </div>
            <Text size="sm" fw={520} lineClamp={2}>
              {clip.title}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      {clips.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("watch.clips.noClip")}
        </Text>
      ) : null}
    </section>
  );
}

function Playing({ clip }: { clip: Clip }) {
  const { t } = useTranslation();
  const at = `/api/v1/clips/${clip.id}/files`;
  const captioned = clip.files.some(({ name }) => name === "clip.vtt");
  return (
    <div className={classes.clipPlayer}>
      <video src={`${at}/clip.mp4`} poster={`${at}/poster.jpg`} controls autoPlay>
        {captioned ? <track kind="captions" src={`${at}/clip.vtt`} label={t("watch.captions")} /> : null}
      </video>
      <Button component="a" href={`${at}/clip.mp4?download=true`} variant="default" fullWidth mt="sm">
        {t("watch.clips.download")}
      </Button>
    </div>
  );
}

function atWork(run: Run): boolean {
  return run.state === "queued" || run.state === "running";
}
