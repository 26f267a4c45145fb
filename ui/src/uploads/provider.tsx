import { Dropzone } from "@mantine/dropzone";
import { IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayEdit } from "../session/me";
import { UploadsContext, useSending } from "./context";
import { isUnderWay, Uploads } from "./engine";
import { Tray } from "./tray";
import style from "./uploads.module.css";

/** What is another once a file has arrived: it may be a new recording, or the source of one that is open. */
const CHANGED = [
  ["uploads"],
  ["assets"],
  ["get", "/api/v1/quota"],
  ["get", "/api/v1/assets/{asset_id}"],
  ["get", "/api/v1/assets/{asset_id}/versions"],
];

/** Take files wherever they are dropped, and send them while one goes about. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const may = useMayEdit();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [uploads, setUploads] = useState<Uploads | null>(null);
  useEffect(() => {
    if (!may) return;
    const made = new Uploads(() => {
      for (const key of CHANGED) void queries.invalidateQueries({ queryKey: key });
    });
    setUploads(made);
    return () => {
      made.leave();
      setUploads(null);
    };
  }, [may, queries]);
  const given = useMemo(() => ({ uploads, choose: () => input.current?.click() }), [uploads]);
  function add(files: Iterable<File> | null) {
    if (files) void uploads?.add([...files]);
  }
  return (
    <UploadsContext value={given}>
      {children}
      {may ? (
        <>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            data-testid="files"
            onChange={(event) => {
              add(event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
          <Dropzone.FullScreen
            aria-hidden
            activateOnKeyboard={false}
            inputProps={{ tabIndex: -1 }}
            onDrop={add}
            className={style.drop}
          >
            <div className={style.dropHere}>
              <IconUpload size={40} />
              <strong>{t("uploads.dropHere")}</strong>
              <span>{t("uploads.dropSays")}</span>
            </div>
          </Dropzone.FullScreen>
          {uploads ? <Tray uploads={uploads} /> : null}
          <StayHere uploads={uploads} />
        </>
      ) : null}
    </UploadsContext>
  );
}

/** Ask before the page is left while something is on its way. */
function StayHere({ uploads }: { uploads: Uploads | null }) {
  const going = useSending(uploads).some(isUnderWay);
  useEffect(() => {
    if (!going) return;
    function ask(event: BeforeUnloadEvent) {
      event.preventDefault();
    }
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [going]);
  return null;
}
