import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSending, useUploads } from "./context";
import { hasEnded, readUnfinished, type Sending, type Unfinished, type Uploads } from "./engine";
import { SendingRow } from "./sending-row";
import { UnfinishedRow } from "./unfinished-row";
import style from "./uploads.module.css";

/** What is on its way, at the foot of every page; it stays while one goes about. */
export function Tray({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation();
  const { choose } = useUploads();
  const sending = useSending(uploads);
  const unfinished = useUnfinished(sending);
  const [folded, setFolded] = useState<boolean | null>(null);
  if (sending.length + unfinished.length === 0) return null;
  // What was left from another day does not stand in the way.
  const closed = folded ?? sending.length === 0;
  const left = sending.filter((file) => !hasEnded(file)).length;
  const title = left
    ? t("uploads.left", { count: left })
    : sending.length
      ? t("uploads.done", { count: sending.length })
      : t("uploads.unfinished", { count: unfinished.length });
  return (
    <section className={style.tray} aria-label={t("uploads.label")}>
      <header className={style.head}>
        <h2>{title}</h2>
        {!left && sending.length ? (
          <Button size="compact-xs" variant="subtle" onClick={() => uploads.clear()}>
            {t("uploads.clear")}
          </Button>
        ) : null}
        <Tooltip label={closed ? t("uploads.unfold") : t("uploads.fold")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={!closed}
            aria-label={closed ? t("uploads.unfold") : t("uploads.fold")}
            onClick={() => setFolded(!closed)}
          >
            {closed ? <IconChevronUp size={18} /> : <IconChevronDown size={18} />}
          </ActionIcon>
        </Tooltip>
      </header>
      {/* Rows stay when they are folded away: they measure. */}
      <ul className={style.rows} hidden={closed}>
        {sending.map((file) => (
          <SendingRow key={file.id} file={file} uploads={uploads} />
        ))}
        {unfinished.map((upload) => (
          <UnfinishedRow key={upload.id} upload={upload} choose={choose} />
        ))}
      </ul>
    </section>
  );
}

/** What the server has in part, and this page does not send. */
function useUnfinished(sending: Sending[]): Unfinished[] {
  const going = sending.map((file) => file.id).join();
  const { data } = useQuery({ queryKey: ["uploads", going], queryFn: readUnfinished, staleTime: 0 });
  return (data ?? []).filter(
    (upload) =>
      !sending.some((file) =>
        file.tus?.uploadUrl
          ? file.tus.uploadUrl.endsWith(upload.id)
          : file.name === upload.file_name && file.size === upload.length,
      ),
  );
}
