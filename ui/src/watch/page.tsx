import { Button, Skeleton, Tabs, Text, Title } from "@mantine/core";
import { IconMovie, IconSparkles, IconUserPlus } from "@tabler/icons-react";
import type { MediaPlayerInstance } from "@vidstack/react";
import { lazy, Suspense, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { $api, Refused } from "../api/client";
import { useTitle } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { ago, clock } from "../format";
import { useMayEdit } from "../session/me";
import { About } from "./about";
import { ClipDialog } from "./clip-dialog";
import { Clips } from "./clips";
import { type Asset, of, useAsset } from "./data";
import { Highlights } from "./highlights";
import { More } from "./more";
import { useTelling } from "./playing";
import { Preparing } from "./preparing";
import { Screen } from "./screen";
import { ShareDialog } from "./share";
import { Side } from "./side";
import { Versions } from "./versions";
import classes from "./watch.module.css";

const Audience = lazy(() => import("./retention"));

/** A recording: watch it, read along, correct, share and cut it. */
export function Component() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const asset = useAsset(id);
  useTitle(asset.data?.title ?? "");
  if (asset.error instanceof Refused && (asset.error.status === 404 || asset.error.status === 422))
    return (
      <Empty
        icon={<IconMovie size={24} />}
        title={t("watch.gone")}
        action={
          <Button component={Link} to="/library" variant="default">
            {t("nav.library")}
          </Button>
        }
      >
        {t("watch.goneSays")}
      </Empty>
    );
  if (asset.error && !asset.data) return <Failed error={asset.error} retry={() => void asset.refetch()} />;
  return asset.data ? <Watch key={id} asset={asset.data} /> : <Waiting />;
}

function Watch({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const mayEdit = useMayEdit() && asset.may_change;
  const [search] = useSearchParams();
  const [player, setPlayer] = useState<MediaPlayerInstance | null>(null);
  const [dialog, setDialog] = useState<"share" | "highlights" | null>(null);
  const playable = asset.files.some(({ name }) => name === "play.mp4" || name === "play.m4a");
  const asked = Number.parseFloat(search.get("t") ?? "");
  const seek = useCallback(
    (second: number) => {
      if (!player) return;
      player.currentTime = second;
      void player.play().catch(() => {}); // a browser that lets nothing play by itself has jumped at least
    },
    [player],
  );
  useTelling(player, asset.id);
  return (
    <div className={classes.page}>
      <div className={classes.main}>
        {playable ? (
          <Screen asset={asset} startS={Number.isFinite(asked) ? asked : null} ref={setPlayer} />
        ) : (
          <Preparing asset={asset} mayEdit={mayEdit} />
        )}
        <header className={classes.head}>
          <div className={classes.naming}>
            <Title order={1}>{asset.title}</Title>
            <Facts asset={asset} />
          </div>
          <div className={classes.actions}>
            {mayEdit ? (
              <>
                <Button
                  variant="default"
                  leftSection={<IconUserPlus size={17} />}
                  onClick={() => setDialog("share")}
                >
                  {t("watch.share.button")}
                </Button>
                <Button leftSection={<IconSparkles size={17} />} onClick={() => setDialog("highlights")}>
                  {t("watch.makeHighlights")}
                </Button>
              </>
            ) : null}
            <More asset={asset} mayEdit={mayEdit} />
          </div>
        </header>
        {asset.stale ? (
          <Text size="sm" c="dimmed" role="status">
            {t("watch.stale")}
          </Text>
        ) : null}
        <Tabs
          defaultValue={search.has("clip") ? "clips" : "about"}
          keepMounted={false}
          className={classes.tabs}
        >
          <Tabs.List aria-label={t("watch.parts")}>
            <Tabs.Tab value="about">{t("watch.about.tab")}</Tabs.Tab>
            <Tabs.Tab value="clips">{t("watch.clips.tab")}</Tabs.Tab>
            {mayEdit ? <Tabs.Tab value="views">{t("watch.views.tab")}</Tabs.Tab> : null}
            {mayEdit ? <Tabs.Tab value="versions">{t("watch.versions.tab")}</Tabs.Tab> : null}
          </Tabs.List>
          <Tabs.Panel value="about" pt="md">
            <About asset={asset} mayEdit={mayEdit} />
          </Tabs.Panel>
          <Tabs.Panel value="clips" pt="md">
            <Clips asset={asset} mayEdit={mayEdit} make={() => setDialog("highlights")} />
          </Tabs.Panel>
          <Tabs.Panel value="views" pt="md">
            <Suspense fallback={<Loading rows={1} height={220} />}>
              <Audience asset={asset} seek={seek} />
            </Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="versions" pt="md">
            <Versions asset={asset} />
          </Tabs.Panel>
        </Tabs>
      </div>
      <Side
        asset={asset}
        player={player}
        mayEdit={mayEdit}
        seek={seek}
        make={() => setDialog("highlights")}
      />
      <ClipDialog mayEdit={mayEdit} />
      <ShareDialog asset={asset} opened={dialog === "share"} close={() => setDialog(null)} />
      <Highlights asset={asset} opened={dialog === "highlights"} close={() => setDialog(null)} />
    </div>
  );
}

function Facts({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const views = $api.useQuery("get", "/api/v1/assets/{asset_id}/views", of(asset.id)).data;
  const facts = [
    clock(asset.duration_s),
    ago(asset.created_at),
    asset.brought_by?.name,
    views ? t("watch.viewed", { count: views.views }) : null,
    t(`watch.visibility.${asset.visibility}`),
  ];
  return (
    <Text c="dimmed" size="sm" className="tabular">
      {facts.filter(Boolean).join(" · ")}
    </Text>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <div className={classes.page} role="status" aria-label={t("state.loading")}>
      <div className={classes.main}>
        <Skeleton className={classes.waiting} />
        <Skeleton height={30} mt="md" width="60%" />
        <Skeleton height={16} mt="sm" width="40%" />
      </div>
      <Skeleton className={classes.side} />
    </div>
  );
}
