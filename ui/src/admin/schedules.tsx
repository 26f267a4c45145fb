import { Button, Group, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Answer, Loading } from "../app/states";
import { moment } from "../format";
import { useAsk } from "../parts/asking";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tellWrong } from "../parts/telling";
import { ScheduleForm } from "./schedule-form";

type Schedule = Schemas["ScheduleView"];

/** Recipes that start by the clock. */
export function Schedules() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const list = $api.useQuery("get", "/api/v1/schedules");
  return (
    <>
      <Group justify="space-between" mt="xl" mb="xs">
        <Title order={2}>{t("admin.schedules.title")}</Title>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} />}
          onClick={() => setMaking(true)}
        >
          {t("admin.schedules.new")}
        </Button>
      </Group>
      <Answer query={list} loading={<Loading rows={1} height={66} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t("admin.schedules.none")}</Text>
          ) : (
            <Rows label={t("admin.schedules.title")}>
              {items.map((schedule) => (
                <One key={schedule.id} schedule={schedule} />
              ))}
            </Rows>
          )
        }
      </Answer>
      {making ? <ScheduleForm close={() => setMaking(false)} /> : null}
    </>
  );
}

function One({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const path = { path: { schedule_id: schedule.id } };
  const after = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/schedules"] }),
    onError: tellWrong,
  };
  const change = $api.useMutation("patch", "/api/v1/schedules/{schedule_id}", after);
  const drop = $api.useMutation("delete", "/api/v1/schedules/{schedule_id}", after);
  const name = schedule.name;
  return (
    <Row
      title={name}
      marks={
        <>
          <Mark>{schedule.recipe}</Mark>
          {schedule.enabled ? null : <Mark tone="waits">{t("admin.engine.paused")}</Mark>}
        </>
      }
      says={[
        `${schedule.cron} (${schedule.zone})`,
        schedule.next_at && schedule.enabled
          ? t("admin.schedules.next", { at: moment(schedule.next_at) })
          : "",
        schedule.problem ?? "",
      ]
        .filter(Boolean)
        .join(" · ")}
      wide
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            loading={change.isPending}
            aria-label={t(schedule.enabled ? "admin.schedules.pauseOf" : "admin.schedules.resumeOf", {
              name,
            })}
            onClick={() => change.mutate({ params: path, body: { enabled: !schedule.enabled } })}
          >
            {t(schedule.enabled ? "admin.engine.pause" : "admin.engine.resume")}
          </Button>
          <Button
            variant="default"
            size="xs"
            aria-label={t("admin.schedules.deleteOf", { name })}
            onClick={() =>
              ask({
                title: t("admin.schedules.deleteOf", { name }),
                says: t("admin.schedules.deleteSays"),
                button: t("action.delete"),
                act: () => drop.mutate({ params: path }),
              })
            }
          >
            {t("action.delete")}
          </Button>
        </>
      }
    />
  );
}
