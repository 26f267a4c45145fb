import { Button, Loader, Skeleton, Tabs, Text } from "@mantine/core";
import { IconMessage2Off, IconSparkles } from "@tabler/icons-react";
import type { MediaPlayerInstance } from "@vidstack/react";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Failed } from "../app/states";
import { Chapters } from "./chapters";
import { type Asset, of, useBeingMade, useTranscript } from "./data";
import { TranscriptPanel } from "./transcript";
import classes from "./watch.module.css";

interface SideProps {
  asset: Asset;
  player: MediaPlayerInstance | null;
  mayEdit: boolean;
  seek: (second: number) => void;
  make: () => void;
}

/** Beside what is shown: what is said, and the table of contents. */
export function Side({ asset, player, mayEdit, seek, make }: SideProps) {
  const { t } = useTranslation();
  const beingMade = useBeingMade(asset.id);
  const transcript = useTranscript(asset.id, beingMade);
  const chapters = $api.useQuery("get", "/api/v1/assets/{asset_id}/chapters", of(asset.id)).data?.items ?? [];
  return (
    <section className={classes.side} aria-label={t("watch.transcript")}>
      <Tabs defaultValue="transcript" keepMounted={false} className={classes.sideTabs}>
        <Tabs.List>
          <Tabs.Tab value="transcript">{t("watch.transcript")}</Tabs.Tab>
          {chapters.length > 1 ? <Tabs.Tab value="chapters">{t("watch.chapters")}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="transcript" className={classes.sidePanel}>
          {transcript.error ? (
            <Failed error={transcript.error} retry={() => void transcript.refetch()} />
          ) : transcript.isPending ? (
            <div className={classes.unsaid} role="status" aria-label={t("state.loading")}>
              <Skeleton height={44} mb="xs" />
              <Skeleton height={44} mb="xs" />
              <Skeleton height={44} />
            </div>
          ) : transcript.data?.words.length ? (
            <TranscriptPanel
              id={asset.id}
              transcript={transcript.data}
              player={player}
              mayChange={mayEdit}
              seek={seek}
            />
          ) : beingMade ? (
            <div className={classes.unsaid} role="status">
              <Loader size={26} aria-hidden />
              <Text fw={560}>{t("watch.transcribing")}</Text>
              <Text size="sm" c="dimmed">
                {t("watch.transcribingSays")}
              </Text>
            </div>
          ) : (
            <div className={classes.unsaid}>
              <IconMessage2Off size={26} aria-hidden />
              <Text fw={560}>{t("watch.noTranscript")}</Text>
              <Text size="sm" c="dimmed">
                {mayEdit ? t("watch.noTranscriptSays") : t("watch.noTranscriptYet")}
              </Text>
              {mayEdit ? (
                <Button variant="default" leftSection={<IconSparkles size={16} />} onClick={make}>
                  {t("watch.makeHighlights")}
                </Button>
              ) : null}
            </div>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="chapters" className={classes.sidePanel}>
          <Chapters chapters={chapters} player={player} seek={seek} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
