import { Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { clock } from "../format";
import { CaptionLine } from "./caption-line";
import { ASPECTS, type Candidate, type Clip, type Preset, type Style } from "./proposals";
import classes from "./review.module.css";

interface PreviewProps {
  asset: Schemas["AssetView"];
  candidate: Candidate;
  clip: Clip | undefined;
  preset: Preset;
  style: Style;
  made: { preset: Preset; style: Style };
}

/** The candidate in its frame: the rendered clip where there is one like that, the recording itself otherwise. */
export function Preview({ asset, candidate, clip, preset, style, made }: PreviewProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [time, setTime] = useState(candidate.start_s);
  const rendered = preset === made.preset && style === made.style ? clip : undefined;
  const file = rendered?.files.find((each) => each.name === "clip.mp4");
  const poster = rendered?.files.find((each) => each.name === "poster.jpg");
  const played = asset.files.find((each) => each.name === "play.mp4")?.url ?? asset.original_url;
  const first = file ? 0 : candidate.start_s;
  const last = file ? (rendered?.duration_s ?? 0) : candidate.end_s;

  function toggle() {
    const player = video.current;
    if (!player) return;
    if (!player.paused) player.pause();
    else {
      if (player.currentTime >= last - 0.1 || player.currentTime < first - 0.1) player.currentTime = first;
      void player.play();
    }
  }
  function move(seconds: number) {
    const player = video.current;
    if (player) player.currentTime = Math.min(last, Math.max(first, player.currentTime + seconds));
  }
  useHotkeys([
    ["K", toggle],
    ["J", () => move(-5)],
    ["L", () => move(5)],
    ["ArrowLeft", () => move(-1)],
    ["ArrowRight", () => move(1)],
  ]);
  // A button that has the focus is pressed by it.
  useHotkeys([["Space", toggle]], ["INPUT", "TEXTAREA", "SELECT", "BUTTON", "A", "VIDEO"]);
  useEffect(() => {
    const player = video.current;
    if (!player || file) return;
    // Shows the first picture of the stretch before anybody plays it.
    const begin = () => {
      if (Math.abs(player.currentTime - first) > 0.5) player.currentTime = first;
    };
    player.addEventListener("loadedmetadata", begin);
    begin();
    return () => player.removeEventListener("loadedmetadata", begin);
  }, [file, first]);

  return (
    <figure className={classes.preview}>
      <div
        className={classes.frame}
        style={{ aspectRatio: ASPECTS[preset], maxWidth: `${ASPECTS[preset] * 68}vh` }}
      >
        <video
          ref={video}
          key={file?.url ?? played}
          src={file?.url ?? played}
          poster={poster?.url}
          preload="metadata"
          playsInline
          controls={Boolean(file)}
          aria-label={candidate.title}
          onTimeUpdate={(event) => {
            const player = event.currentTarget;
            setTime(player.currentTime);
            if (!file && player.currentTime >= last) player.pause();
          }}
        />
        {file || style === "none" ? null : <CaptionLine assetId={asset.id} time={time} style={style} />}
        {file ? null : (
          <button type="button" className={classes.play} onClick={toggle} aria-label={t("review.play")} />
        )}
      </div>
      <Text component="figcaption" size="sm" c="dimmed" mt={6} className="tabular">
        {file
          ? t("review.isRendered")
          : t("review.isRough", { at: clock(Math.max(0, time - first)), length: clock(last - first) })}
      </Text>
    </figure>
  );
}
