import { ActionIcon, Anchor, Progress, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { bytes, span } from "../format";
import type { Sending, Uploads } from "./engine";
import { useRate } from "./speed";
import style from "./uploads.module.css";

/** One file: how far, how fast, and what can be done about it. */
export function SendingRow({ file, uploads }: { file: Sending; uploads: Uploads }) {
  const { t } = useTranslation();
  const size = file.size ?? 0;
  const sent = Number(file.progress.bytesUploaded || 0);
  const whole = file.progress.uploadComplete;
  const going = !whole && !file.error && !file.isPaused;
  const rate = useRate(sent, going && sent > 0);
  const { refused, became, same } = file.meta;
  const ended = refused !== undefined || became !== undefined;
  const part = ended || whole ? 100 : size ? (sent / size) * 100 : 0;

  function standing() {
    if (refused !== undefined) return refused;
    if (became) return same ? t("uploads.sameAs", { title: same }) : t("uploads.arrived");
    if (whole) return t("uploads.looking");
    const far = t("uploads.of", { sent: bytes(sent), size: bytes(size) });
    if (file.isPaused) return `${t("uploads.paused")} · ${far}`;
    if (!sent) return `${t("uploads.waiting")} · ${bytes(size)}`;
    return rate
      ? `${far} · ${t("uploads.rate", { rate: bytes(rate) })} · ${span((size - sent) / rate)}`
      : far;
  }
  return (
    <li className={style.row}>
      <div className={style.line}>
        <span className={style.name} title={file.name}>
          {became ? (
            <Anchor component={Link} to={`/watch/${became}`}>
              {file.name}
            </Anchor>
          ) : (
            file.name
          )}
        </span>
        {refused !== undefined && file.error ? (
          <Act
            name={t("uploads.again", { name: file.name })}
            tip={t("action.tryAgain")}
            do={() => uploads.again(file.id)}
          >
            <IconRefresh size={16} />
          </Act>
        ) : null}
        {!ended && !whole ? (
          <Act
            name={t(file.isPaused ? "uploads.goOn" : "uploads.pause", { name: file.name })}
            tip={t(file.isPaused ? "uploads.goOnTip" : "uploads.pauseTip")}
            do={() => uploads.pause(file.id)}
          >
            {file.isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          </Act>
        ) : null}
        {ended || !whole ? (
          <Act
            name={t(ended ? "uploads.forget" : "uploads.cancel", { name: file.name })}
            tip={t(ended ? "uploads.forgetTip" : "action.cancel")}
            do={() => void uploads.drop(file)}
          >
            <IconX size={16} />
          </Act>
        ) : null}
      </div>
      <Progress
        size={4}
        value={part}
        color={refused !== undefined ? "red" : undefined}
        aria-label={t("uploads.progress", { name: file.name })}
        animated={whole && !ended}
      />
      <p className={style.says} role={refused !== undefined ? "alert" : undefined}>
        {standing()}
      </p>
    </li>
  );
}

interface ActProps {
  name: string;
  tip: string;
  do: () => void;
  children: React.ReactNode;
}

export function Act({ name, tip, do: act, children }: ActProps) {
  return (
    <Tooltip label={tip}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={name} onClick={act}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
