// Which seconds of a recording are watched; charts come with this page's part and with no other.
import "@mantine/charts/styles.css";
import { AreaChart } from "@mantine/charts";
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Answer, Loading } from "../app/states";
import { clock, span } from "../format";
import { type Asset, of } from "./data";
import classes from "./watch.module.css";

const MOST_POINTS = 240;

interface RetentionProps {
  asset: Asset;
  seek: (second: number) => void;
}

export default function Retention({ asset, seek }: RetentionProps) {
  const { t } = useTranslation();
  const bucket_s = Math.max(1, Math.ceil((asset.duration_s ?? 0) / MOST_POINTS));
  const query = { bucket_s, days: 365 };
  const retention = $api.useQuery("get", "/api/v1/assets/{asset_id}/retention", {
    params: { ...of(asset.id).params, query },
  });
  return (
    <Answer query={retention} loading={<Loading rows={1} height={260} />}>
      {(found) => {
        const played = found.played.map((count, place) => ({ second: place * found.bucket_s, count }));
        const most = played.reduce((best, each) => (each.count > best.count ? each : best), {
          second: 0,
          count: 0,
        });
        return (
          <section aria-label={t("watch.views.tab")}>
            <dl className={classes.numbers}>
              <div>
                <dt>{t("watch.views.views")}</dt>
                <dd>{found.views}</dd>
              </div>
              <div>
                <dt>{t("watch.views.viewers")}</dt>
                <dd>{found.viewers}</dd>
              </div>
              <div>
                <dt>{t("watch.views.watched")}</dt>
                <dd>{found.watched_s ? span(found.watched_s) : "0 s"}</dd>
              </div>
            </dl>
            {most.count > 0 ? (
              <>
                <Text size="sm" mb="xs">
                  {t("watch.views.most")}{" "}
                  <button type="button" className={classes.link} onClick={() => seek(most.second)}>
                    {clock(most.second)}
                  </button>
                </Text>
                <div aria-hidden="true">
                  <AreaChart
                    h={200}
                    data={played}
                    areaChartProps={{ accessibilityLayer: false }}
                    dataKey="second"
                    series={[{ name: "count", label: t("watch.views.played"), color: "petrol.6" }]}
                    curveType="linear"
                    withDots={false}
                    areaProps={{ isAnimationActive: false }}
                    xAxisProps={{ tickFormatter: (second: number) => clock(second), minTickGap: 40 }}
                    tooltipProps={{ labelFormatter: (second) => clock(Number(second)) }}
                  />
                </div>
              </>
            ) : (
              <Text c="dimmed">{t("watch.views.none")}</Text>
            )}
          </section>
        );
      }}
    </Answer>
  );
}
