// The player: what is played, its captions, chapters and storyboard, all from our own origin.
import "@vidstack/react/player/styles/default/theme.css";
import "@vidstack/react/player/styles/default/layouts/video.css";
import "@vidstack/react/player/styles/default/layouts/audio.css";
import {
  isHLSProvider,
  LocalMediaStorage,
  MediaPlayer,
  type MediaPlayerInstance,
  MediaProvider,
  Poster,
  Track,
} from "@vidstack/react";
import {
  DefaultAudioLayout,
  type DefaultLayoutTranslations,
  DefaultVideoLayout,
  defaultLayoutIcons,
} from "@vidstack/react/player/layouts/default";
import { type Ref, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { useStill } from "./still";
import classes from "./watch.module.css";

interface PlayerProps {
  asset: Schemas["AssetView"];
  chapters: Schemas["ChapterView"][];
  captions: { language: string; version: number } | null;
  startS: number;
  ref: Ref<MediaPlayerInstance>;
}

/** How loud and fast, and whether with captions, is kept in this browser; where one is, on the server. */
class Preferences extends LocalMediaStorage {
  override async getTime() {
    return null;
  }
  override async setTime() {}
}

/** Say of the player's own pictures that they show nothing but the time they stand over; it says nothing of them. */
function useDecoration() {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const mark = () => {
      for (const each of box.querySelectorAll("img:not([alt])")) each.setAttribute("alt", "");
    };
    const watch = new MutationObserver(mark);
    watch.observe(box, { childList: true, subtree: true });
    mark();
    return () => watch.disconnect();
  }, []);
  return frame;
}

const preferences = new Preferences();
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];

export function Player({ asset, chapters, captions, startS, ref }: PlayerProps) {
  const { t } = useTranslation();
  const still = useStill();
  const frame = useDecoration();
  const words = t(`watch.player`, { returnObjects: true }) as DefaultLayoutTranslations;
  const at = (name: string) => asset.files.find((file) => file.name === name)?.url;
  const ladder = at("hls/master.m3u8");
  const [video, audio] = [at("play.mp4"), at("play.m4a")];
  const poster = at("poster.jpg");
  // Whole: the player takes what it names as names beside the page otherwise.
  const pictures = at("storyboard.vtt");
  const transcript = `/api/v1/assets/${asset.id}/transcript?form=vtt`;
  const src = ladder ?? video ?? audio ?? "";
  const upright = (asset.height ?? 0) > (asset.width ?? 0);
  return (
    <div ref={frame} className={classes.frame} data-kind={audio ? "sound" : upright ? "upright" : "wide"}>
      {audio && poster ? <img src={poster} alt="" className={classes.wave} /> : null}
      <MediaPlayer
        ref={ref}
        className={classes.player}
        title={asset.title}
        src={src}
        viewType={audio ? "audio" : "video"}
        currentTime={startS}
        playsInline
        storage={preferences}
        keyTarget="document"
        keyShortcuts={{
          togglePaused: "k Space",
          toggleMuted: "m",
          toggleFullscreen: "f",
          togglePictureInPicture: "i",
          toggleCaptions: "c",
          seekBackward: "j J ArrowLeft",
          seekForward: "l L ArrowRight",
          volumeUp: "ArrowUp",
          volumeDown: "ArrowDown",
          speedUp: ">",
          slowDown: "<",
        }}
        onProviderChange={(provider) => {
          if (isHLSProvider(provider)) provider.library = () => import("hls.js");
        }}
      >
        <MediaProvider>
          {poster && !audio ? <Poster className="vds-poster" src={poster} alt={asset.title} /> : null}
          {captions ? (
            <Track
              key={String(captions.version)}
              // The part after # is not sent: it makes a corrected text another address.
              src={`${transcript}#${captions.version}`}
              kind="captions"
              type="vtt"
              label={t("watch.captions")}
              lang={captions.language}
            />
          ) : null}
          {chapters.length > 1 ? (
            <Track
              kind="chapters"
              type="json"
              default
              label={t("watch.chapters")}
              lang={captions?.language ?? "en"}
              content={{
                cues: chapters.map((each) => ({
                  startTime: each.start_s,
                  endTime: each.end_s,
                  text: each.title,
                })),
              }}
            />
          ) : null}
        </MediaProvider>
        <DefaultVideoLayout
          icons={defaultLayoutIcons}
          thumbnails={pictures ? new URL(pictures, window.location.href).href : null}
          playbackRates={SPEEDS}
          translations={words}
          colorScheme="dark"
          noScrubGesture={still}
          slots={{ googleCastButton: null, airPlayButton: null }}
        />
        <DefaultAudioLayout
          icons={defaultLayoutIcons}
          playbackRates={SPEEDS}
          translations={words}
          slots={{ googleCastButton: null, airPlayButton: null }}
        />
      </MediaPlayer>
    </div>
  );
}
