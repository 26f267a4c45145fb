// What a player tells the server: that somebody views, what they play, and where they are.
import type { MediaPlayerInstance } from "@vidstack/react";
import { useEffect } from "react";
import { api, queries } from "../api/client";

/** Played seconds after which it is a view. */
const VIEW_S = 5;
const TELL_S = 15;
/** A step that is longer is no playing: somebody jumped. */
const JUMP_S = 1.5;
const MOST_STRETCHES = 100;

interface Stretch {
  start_s: number;
  end_s: number;
}

/** Tell the server what is played, now and then and at the end. */
export function useTelling(player: MediaPlayerInstance | null, id: string) {
  useEffect(() => {
    if (!player) return;
    const path = { params: { path: { asset_id: id } } };
    let played: Stretch[] = [];
    let before: number | null = null;
    let whole = 0;
    let untold = 0;
    /** Played seconds at which a view is told of. */
    let due = VIEW_S;

    function tell() {
      if (untold < 0.5 || !player) return;
      const body = { played: played.slice(-MOST_STRETCHES), position_s: player.currentTime };
      played = [];
      untold = 0;
      // What is not told now is lost, and nobody is shown an error for it.
      api.POST("/api/v1/assets/{asset_id}/watched", { ...path, body, keepalive: true }).catch(() => {});
    }

    function view() {
      due = Number.POSITIVE_INFINITY;
      api
        .POST("/api/v1/assets/{asset_id}/views", path)
        .then(() => queries.invalidateQueries({ queryKey: ["get", "/api/v1/assets/{asset_id}/views"] }))
        // Where all come at once some are asked to come again; each is counted once, however often it is told.
        .catch(() => {
          due = whole + TELL_S;
        });
    }

    const stop = player.subscribe(({ currentTime, paused, seeking, playbackRate }) => {
      const passed = before === null ? 0 : currentTime - before;
      if (!seeking && before !== null && passed > 0 && passed < JUMP_S * Math.max(1, playbackRate)) {
        const last = played.at(-1);
        if (last && Math.abs(last.end_s - before) < 0.01) last.end_s = currentTime;
        else played.push({ start_s: before, end_s: currentTime });
        whole += passed;
        untold += passed;
      }
      before = seeking ? null : currentTime;
      if (whole >= due) view();
      if (untold >= TELL_S || paused) tell();
    });
    window.addEventListener("pagehide", tell);
    return () => {
      stop();
      window.removeEventListener("pagehide", tell);
      tell();
    };
  }, [player, id]);
}
