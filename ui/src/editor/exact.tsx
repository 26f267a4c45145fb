import { Badge } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useEditing, useFrame, useSpeed } from "./editing";
import classes from "./editor.module.css";

/** Who only passes by asks for no picture. */
const REST_MS = 300;

/** Over the picture that stands: the frame as the export will have it, drawn by what draws the export. */
export function Exact() {
  const { t } = useTranslation();
  const { edit, doc, player, status } = useEditing();
  const frame = useFrame(player);
  const standing = useSpeed(player) === 0 && status.state === "saved" && status.document === doc;
  const wanted = standing ? `${status.version}/${frame}` : "";
  const [shown, show] = useState({ wanted: "", url: "" });
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const [version, at] = wanted.split("/").map(Number);
      const query = { at: at ?? 0, version };
      const params = { path: { edit_id: edit.id }, query };
      try {
        const { data } = await api.GET("/api/v1/edits/{edit_id}/frame", {
          params,
          parseAs: "blob",
          signal: stop.signal,
        });
        if (data) show({ wanted, url: URL.createObjectURL(data as Blob) });
      } catch {
        // Without it, what is drawn here stays on screen, and says nothing of being exact.
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [wanted, edit.id]);
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
