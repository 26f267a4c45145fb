import { Tabs } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCrop, IconFileText, IconListNumbers, IconTextCaption, IconWaveSine } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { useTitle } from "../app/page";
import { Conflict } from "./conflict";
import { EditingContext, useNewEditing } from "./editing";
import classes from "./editor.module.css";
import { Framing } from "./framing";
import { Head } from "./head";
import { useKeys } from "./keys";
import { Look } from "./look";
import { Numbers } from "./numbers";
import { Preview } from "./preview";
import { ShownContext } from "./shown";
import { Timeline } from "./timeline";
import { Transcript } from "./transcript";

interface EditorProps {
  edit: Schemas["EditView"];
  source: Schemas["EditSource"];
}

/** One document, shown as a picture, a text, a timeline and numbers. */
export function Editor({ edit, source }: EditorProps) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const editing = useNewEditing(edit, source);
  const { doc, saver, player } = editing;
  useTitle(doc.title);
  useKeys(editing);

  useEffect(() => player.setParts(doc.keep), [player, doc.keep]);
  useEffect(() => saver.want(doc), [saver, doc]);
  useEffect(() => (source.play_url ? player.enter(source.play_url) : undefined), [player, source.play_url]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (saver.pending) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      // Whoever goes to another page has not waited for the save; a refusal would find nobody to tell.
      if (saver.pending) saver.flush().catch(() => undefined);
      else saver.stop();
    };
  }, [saver]);

  return (
    <EditingContext value={editing}>
      <ShownContext value={editing}>
        <Head />
        <Conflict />
        <div className={classes.desk}>
          <section className={classes.screen} aria-label={t("editor.preview")}>
            <Preview />
          </section>
          <Tabs defaultValue="transcript" keepMounted={false} className={classes.faces}>
            <Tabs.List className={classes.tabs}>
              <Tabs.Tab value="transcript" leftSection={<IconFileText size={16} />}>
                {t("editor.face.transcript")}
              </Tabs.Tab>
              {narrow ? (
                <Tabs.Tab value="timeline" leftSection={<IconWaveSine size={16} />}>
                  {t("editor.face.timeline")}
                </Tabs.Tab>
              ) : null}
              <Tabs.Tab value="numbers" leftSection={<IconListNumbers size={16} />}>
                {t("editor.face.numbers")}
              </Tabs.Tab>
              {source.width ? (
                <Tabs.Tab value="framing" leftSection={<IconCrop size={16} />}>
                  {t("editor.face.framing")}
                </Tabs.Tab>
              ) : null}
              <Tabs.Tab value="look" leftSection={<IconTextCaption size={16} />}>
                {t("editor.face.look")}
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="transcript" className={classes.panel}>
              <Transcript />
            </Tabs.Panel>
            {narrow ? (
              <Tabs.Panel value="timeline" className={classes.panel}>
                <Timeline />
              </Tabs.Panel>
            ) : null}
            <Tabs.Panel value="numbers" className={classes.panel}>
              <Numbers />
            </Tabs.Panel>
            <Tabs.Panel value="framing" className={classes.panel}>
              <Framing />
            </Tabs.Panel>
            <Tabs.Panel value="look" className={classes.panel}>
              <Look />
            </Tabs.Panel>
          </Tabs>
        </div>
        {narrow ? null : <Timeline />}
      </ShownContext>
    </EditingContext>
  );
}
