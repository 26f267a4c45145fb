import { IconArrowBarLeft, IconArrowBarRight, IconCut } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { split, trimTo } from "./document";
import { useEditing } from "./editing";
import { trimStart } from "./keys";
import { Playable } from "./playable";
import { Screen } from "./screen";
import { Tool, Transport } from "./transport";

/** The clip as it will be, and what plays and cuts it. */
export function Preview() {
  const { source } = useEditing();
  return (
    <>
      <Screen seen={source.width > 0}>{source.play_url ? null : <Playable />}</Screen>
      <Transport>
        <Cutting />
      </Transport>
    </>
  );
}

function Cutting() {
  const { t } = useTranslation();
  const { player, change } = useEditing();
  return (
    <>
      <Tool name={t("editor.key.trimStart")} keys="I" onClick={() => trimStart({ player, change })}>
        <IconArrowBarRight size={18} />
      </Tool>
      <Tool
        name={t("editor.key.trimEnd")}
        keys="O"
        onClick={() => change((now) => trimTo(now, "stop", player.frame))}
      >
        <IconArrowBarLeft size={18} />
      </Tool>
      <Tool name={t("editor.key.split")} keys="S" onClick={() => change((now) => split(now, player.frame))}>
        <IconCut size={18} />
      </Tool>
    </>
  );
}
