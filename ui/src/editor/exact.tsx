import { Badge } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./screen.module.css";
import { useFrame, useShown, useSpeed } from "./shown";

/** Who only passes by asks for no picture. */
const REST_MS = 300;

/** Over the picture that stands: the frame as the export will have it, drawn by what draws the export. */
export function Exact() {
  const { t } = useTranslation();
  const { player, still } = useShown();
  const frame = useFrame(player);
  const standing = useSpeed(player) === 0;
  const wanted = still && standing ? `${still.key} ${frame}` : "";
  const [shown, show] = useState({ wanted: "", url: "" });
  useEffect(() => {
    if (!wanted || !still) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const picture = await still.read(frame, stop.signal);
        if (picture) show({ wanted, url: URL.createObjectURL(picture) });
      } catch {
        // Without it, what is drawn here stays on screen, and says nothing of being exact.
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [wanted, still, frame]);
  useEffect(() => () => URL.revokeObjectURL(shown.url), [shown.url]);
  if (!wanted || shown.wanted !== wanted) return null;
  return (
    <>
      <img className={classes.picture} src={shown.url} alt={t("editor.exactPicture")} />
      <Badge
        className={classes.exact}
        size="sm"
        variant="filled"
        color="dark"
        tt="none"
        title={t("editor.exactWhy")}
      >
        {t("editor.exact")}
      </Badge>
    </>
  );
}
