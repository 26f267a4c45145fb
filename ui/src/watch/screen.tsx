import { Skeleton } from "@mantine/core";
import type { MediaPlayerInstance } from "@vidstack/react";
import type { Ref } from "react";
import { $api } from "../api/client";
import { type Asset, of, useTranscript } from "./data";
import { Player } from "./player";
import classes from "./watch.module.css";

interface ScreenProps {
  asset: Asset;
  /** The second that the address asks for. */
  startS: number | null;
  ref: Ref<MediaPlayerInstance>;
}

/** The player, once it is known where somebody left off. */
export function Screen({ asset, startS, ref }: ScreenProps) {
  const position = $api.useQuery("get", "/api/v1/assets/{asset_id}/position", of(asset.id), {
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const chapters = $api.useQuery("get", "/api/v1/assets/{asset_id}/chapters", of(asset.id));
  const transcript = useTranscript(asset.id);
  if (position.isPending || chapters.isPending || transcript.isPending)
    return <Skeleton className={classes.waiting} />;
  const said = transcript.data;
  return (
    <Player
      asset={asset}
      chapters={chapters.data?.items ?? []}
      captions={said?.words.length ? { language: said.language, version: said.version } : null}
      startS={startS ?? position.data?.position_s ?? 0}
      ref={ref}
    />
  );
}
