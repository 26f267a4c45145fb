import { Button, Progress } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api/client";
import { bytes } from "../format";
import { giveUp, type Unfinished } from "./engine";
import { Act } from "./sending-row";
import style from "./uploads.module.css";

/** One that stopped before this page was there: the same file takes it up again. */
export function UnfinishedRow({ upload, choose }: { upload: Unfinished; choose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () => giveUp(upload.id),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["uploads"] }),
        queries.invalidateQueries({ queryKey: ["get", "/api/v1/quota"] }),
      ]),
  });
  const { file_name: name, length, received_bytes: here } = upload;
  return (
    <li className={style.row}>
      <div className={style.line}>
        <span className={style.name} title={name}>
          {name}
        </span>
        <Button size="compact-xs" variant="light" onClick={choose}>
          {t("uploads.chooseAgain")}
        </Button>
        <Act name={t("uploads.giveUp", { name })} tip={t("uploads.giveUpTip")} do={() => drop.mutate()}>
          <IconX size={16} />
        </Act>
      </div>
      <Progress
        size={4}
        color="gray"
        value={length ? (here / length) * 100 : 0}
        aria-label={t("uploads.progress", { name })}
      />
      <p className={style.says}>
        {drop.error
          ? sentenceOf(drop.error)
          : t("uploads.dropAgain", { sent: bytes(here), size: length == null ? "?" : bytes(length) })}
      </p>
    </li>
  );
}
