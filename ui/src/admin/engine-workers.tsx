import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Answer, Loading } from "../app/states";
import { ago } from "../format";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";

const OFTEN_MS = 2_000;

/** The processes that work, and what each does now. */
export function EngineWorkers() {
  const { t } = useTranslation();
  const list = $api.useQuery("get", "/api/v1/workers", {}, { refetchInterval: OFTEN_MS });
  return (
    <Answer query={list} loading={<Loading rows={1} height={66} />}>
      {({ items }) =>
        items.length === 0 ? (
          <Text c="dimmed">{t("admin.engine.nobodyWorks")}</Text>
        ) : (
          <Rows label={t("admin.engine.workers")}>
            {items.map((worker) => (
              <Row
                key={worker.id}
                title={t("admin.engine.process", { host: worker.host, pid: worker.pid })}
                marks={
                  <>
                    {worker.queues.map((queue) => (
                      <Mark key={queue}>{queue}</Mark>
                    ))}
                    {worker.alive ? null : <Mark tone="bad">{t("admin.engine.silent")}</Mark>}
                  </>
                }
                says={[
                  worker.message || t("admin.engine.does", { count: worker.steps.length }),
                  t("admin.engine.heard", { when: ago(worker.seen_at) }),
                  t("admin.engine.version", { version: worker.version }),
                ].join(" · ")}
              />
            ))}
          </Rows>
        )
      }
    </Answer>
  );
}
