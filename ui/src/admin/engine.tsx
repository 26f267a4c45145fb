import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../app/page";
import { EngineQueues } from "./engine-queues";
import { EngineWorkers } from "./engine-workers";
import { Schedules } from "./schedules";

/** Who works, what waits, and what starts by the clock. */
export function Component() {
  const { t } = useTranslation();
  return (
    <Page title={t("admin.engine.title")}>
      <Title order={2} mb="xs">
        {t("admin.engine.queues")}
      </Title>
      <EngineQueues />
      <Title order={2} mt="xl" mb="xs">
        {t("admin.engine.workers")}
      </Title>
      <EngineWorkers />
      <Schedules />
    </Page>
  );
}
