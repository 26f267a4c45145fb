import { Skeleton, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { type CSSProperties, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../api/client";
import { Failed } from "../app/states";
import { FRAMES } from "../editor/frames";
import { Player } from "../editor/playing";
import { Screen } from "../editor/screen";
import { rateOf, type Shown, ShownContext } from "../editor/shown";
import { Transport } from "../editor/transport";
import { useKeys } from "../parts/keys";
import { type Candidate, freshness, type Look, previewOf } from "./proposals";
import classes from "./review.module.css";

interface PreviewProps {
  candidate: Candidate;
  look: Look;
}

/** The candidate as its clip would be: what the editor shows, of an edit that nobody has begun. */
export function Preview({ candidate, look }: PreviewProps) {
  const preview = $api.useQuery(...previewOf(candidate.id, look), {
    ...freshness(candidate),
    // In another frame it stays on screen until that is known; another candidate is another thing.
    placeholderData: (before, query) =>
      query?.queryKey[2].params.path.candidate_id === candidate.id ? before : undefined,
  });
  const [width, height] = FRAMES[(candidate.edit && preview.data?.document.preset) || look.preset];
  return (
    <div className={classes.preview} style={{ "--ratio": width / height } as CSSProperties}>
      {preview.data ? (
        <Playing key={preview.data.rate} candidate={candidate} look={look} preview={preview.data} />
      ) : preview.error ? (
        <Failed error={preview.error} retry={() => void preview.refetch()} />
      ) : (
        <Skeleton className={classes.coming} />
      )}
    </div>
  );
}

interface PlayingProps extends PreviewProps {
  preview: Schemas["CandidatePreview"];
}

function Playing({ candidate, look, preview }: PlayingProps) {
  const { t } = useTranslation();
  const { document: doc, programme, play_url: url } = preview;
  const rate = rateOf(preview.rate);
  // One player for all candidates of a recording: what the browser has of it, it keeps.
  const [player] = useState(() => new Player(document.createElement("video"), doc.keep, rate));
  useEffect(() => player.setParts(doc.keep), [player, doc.keep]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another candidate begins at its beginning
  useEffect(() => {
    player.pause();
    player.seek(0);
  }, [player, candidate.id]);
  useEffect(() => (url ? player.enter(url) : undefined), [player, url]);
  useKeys([
    ["J", () => player.shuttle(-1)],
    ["K", () => player.pause()],
    ["L", () => player.shuttle(1)],
  ]);
  useHotkeys([
    ["ArrowLeft", () => player.seek(player.frame - 1)],
    ["ArrowRight", () => player.seek(player.frame + 1)],
    ["shift+ArrowLeft", () => player.seek(player.frame - Math.round(rate))],
    ["shift+ArrowRight", () => player.seek(player.frame + Math.round(rate))],
  ]);
  // A button that has the focus is pressed by it.
  useHotkeys([["Space", () => player.toggle()]], ["INPUT", "TEXTAREA", "SELECT", "BUTTON", "A"]);
  const still = useMemo(
    () => ({
      key: JSON.stringify([candidate.id, candidate.edit?.version, look]),
      read: async (at: number, signal: AbortSignal) => {
        const params = { path: { candidate_id: candidate.id }, query: { ...look, at } };
        const { data } = await api.GET("/api/v1/candidates/{candidate_id}/frame", {
          params,
          parseAs: "blob",
          signal,
        });
        return data as Blob | undefined;
      },
    }),
    [candidate.id, candidate.edit?.version, look],
  );
  const ready = Boolean(candidate.edit) || doc.preset === look.preset;
  const shown = useMemo(
    (): Shown => ({ doc, player, rate, programme, still: ready ? still : null }),
    [doc, player, rate, programme, still, ready],
  );
  return (
    <ShownContext value={shown}>
      <Screen seen={preview.width > 0}>
        {url ? null : (
          <Text size="sm" className={classes.unready}>
            {t("review.unready")}
          </Text>
        )}
      </Screen>
      <Transport />
    </ShownContext>
  );
}
