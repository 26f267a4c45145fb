import { Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { of } from "./data";
import classes from "./watch.module.css";

/** How good it is, as far as a measurement can tell, and what would mend it. */
export function Quality({ id }: { id: string }) {
  const { t } = useTranslation();
  const quality = $api.useQuery("get", "/api/v1/assets/{asset_id}/quality", of(id), { retry: false }).data;
  if (!quality) return null;
  return (
    <>
      <dt>{t("watch.quality.title")}</dt>
      <dd>
        <details className={classes.quality}>
          <summary className="tabular">
            {t("watch.quality.of", { score: quality.score })}
            {quality.stale ? ` · ${t("watch.quality.stale")}` : ""}
          </summary>
          {quality.parts.map((part) => (
            <div key={part.name} className={classes.part}>
              <Text size="sm">{t(`watch.quality.part.${part.name}`, { defaultValue: part.name })}</Text>
              <Text size="sm" c="dimmed" className="tabular">
                {part.value}
              </Text>
              <Progress
                value={part.score}
                size={4}
                aria-label={t("watch.quality.of", { score: part.score })}
              />
              {part.advice ? (
                <Text size="xs" c="dimmed">
                  {part.advice}
                </Text>
              ) : null}
            </div>
          ))}
        </details>
      </dd>
    </>
  );
}
