import { toSource } from "./document";
import { useEditing } from "./editing";
import { useFrame } from "./shown";
import classes from "./timeline.module.css";

/** Where the clip is, on the recording. */
export function Playhead({ scale }: { scale: number }) {
  const { doc, source, player } = useEditing();
  const { frame } = toSource(doc.keep, useFrame(player));
  return (
    <span
      className={classes.playhead}
      style={{ transform: `translateX(${(frame - source.start) * scale}px)` }}
    />
  );
}
