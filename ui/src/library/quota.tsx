import { Progress, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { bytes, moment } from "../format";
import style from "./library.module.css";

/** How much of the week's quota is used. */
export function QuotaBar() {
  const { t } = useTranslation();
  const { data } = $api.useQuery("get", "/api/v1/quota", {}, { refetchInterval: 60_000 });
  if (!data) return <div className={style.quota} />;
  const { used_bytes: used, limit_bytes: limit, resets_at: resets } = data;
  const part = limit ? Math.min(100, (used / limit) * 100) : 100;
  return (
    <Tooltip label={t("library.quotaResets", { at: moment(resets) })}>
      <div className={style.quota}>
        <span>{t("library.quota", { used: bytes(used), limit: bytes(limit) })}</span>
        <Progress
          size={4}
          value={part}
          color={part > 90 ? "red" : undefined}
          aria-label={t("library.quotaLabel")}
        />
      </div>
    </Tooltip>
  );
}
