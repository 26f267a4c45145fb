import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CaptionLayer, LogoLayer } from "./captions";
import { toSource } from "./document";
import { compose, layoutAt } from "./drawing";
import { Exact } from "./exact";
import { FRAMES } from "./frames";
import classes from "./screen.module.css";
import { useShown } from "./shown";

/** Drawn no larger than this: more is not seen beside the rest of the page. */
const MOST_PIXELS = 720;

interface ScreenProps {
  /** Whether the recording has a picture. */
  seen: boolean;
  /** What stands over it, such as why nothing plays. */
  children?: ReactNode;
}

/** A clip as it will be: played from the recording, and to the pixel where it stands. */
export function Screen({ seen, children }: ScreenProps) {
  const { doc } = useShown();
  const [width, height] = FRAMES[doc.preset];
  return (
    <div className={classes.stage}>
      <div className={classes.frame} style={{ "--ratio": width / height } as CSSProperties}>
        {seen ? <Picture width={width} height={height} /> : null}
        <LogoLayer />
        <CaptionLayer />
        <Exact />
        {children}
      </div>
    </div>
  );
}

function Picture({ width, height }: { width: number; height: number }) {
  const { t } = useTranslation();
  const { doc, player, programme } = useShown();
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef({ doc, programme });
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  useEffect(() => {
    shown.current = { doc, programme };
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const paint = () => {
      const now = shown.current;
      const { frame } = toSource(now.doc.keep, player.frame);
      compose(context, player.video, layoutAt(frame, now.doc.layouts, now.programme?.pictures ?? []));
    };
    paint();
    return player.draws(paint);
  }, [doc, programme, player]);
  return (
    <canvas
      ref={canvas}
      className={classes.picture}
      width={Math.round(width * scale)}
      height={Math.round(height * scale)}
      role="img"
      aria-label={t("editor.picture")}
    />
  );
}
