import { Button, NumberInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Answer, Loading } from "../app/states";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tellWrong } from "../parts/telling";

type Queue = Schemas["QueueStatus"];
const OFTEN_MS = 2_000;

/** The queues: how deep each is, who serves it, and what holds it back. */
export function EngineQueues() {
  const { t } = useTranslation();
  const [limiting, setLimiting] = useState<Queue | null>(null);
  const list = $api.useQuery("get", "/api/v1/queues", {}, { refetchInterval: OFTEN_MS });
  const change = $api.useMutation("patch", "/api/v1/queues/{queue}", {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/queues"] }),
    onError: tellWrong,
  });
  return (
    <>
      <Answer query={list} loading={<Loading rows={3} height={66} />}>
        {({ items }) => (
          <Rows label={t("admin.engine.queues")}>
            {items.map((queue) => (
              <Row
                key={queue.queue}
                title={t(`admin.engine.queue.${queue.queue}`)}
                marks={
                  <>
                    {queue.paused ? <Mark tone="waits">{t("admin.engine.paused")}</Mark> : null}
                    {queue.workers === 0 && queue.ready > 0 ? (
                      <Mark tone="bad">{t("admin.engine.unserved")}</Mark>
                    ) : null}
                  </>
                }
                says={[
                  t("admin.engine.running", { count: queue.running }),
                  t("admin.engine.ready", { count: queue.ready }),
                  queue.put_off ? t("admin.engine.putOff", { count: queue.put_off }) : "",
                  t("admin.engine.served", { count: queue.workers }),
                  queue.limit === null ? "" : t("admin.engine.limited", { count: queue.limit }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
                wide
                actions={
                  <>
                    <Button
                      variant="default"
                      size="xs"
                      aria-label={t("admin.engine.limitOf", { queue: queue.queue })}
                      onClick={() => setLimiting(queue)}
                    >
                      {t("admin.engine.limit")}
                    </Button>
                    <Button
                      variant="default"
                      size="xs"
                      loading={change.isPending && change.variables?.params.path.queue === queue.queue}
                      aria-label={t(queue.paused ? "admin.engine.resumeOf" : "admin.engine.pauseOf", {
                        queue: queue.queue,
                      })}
                      onClick={() =>
                        change.mutate({
                          params: { path: { queue: queue.queue } },
                          body: { paused: !queue.paused },
                        })
                      }
                    >
                      {t(queue.paused ? "admin.engine.resume" : "admin.engine.pause")}
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Answer>
      {limiting ? <LimitForm queue={limiting} close={() => setLimiting(null)} /> : null}
    </>
  );
}

function LimitForm({ queue, close }: { queue: Queue; close: () => void }) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState<number | string>(queue.limit ?? "");
  const change = $api.useMutation("patch", "/api/v1/queues/{queue}", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/queues"] });
      close();
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={t("admin.engine.limitOf", { queue: queue.queue })}
      button={t("action.save")}
      busy={change.isPending}
      error={change.error}
      onSubmit={() =>
        change.mutate({
          params: { path: { queue: queue.queue } },
          body: { limit: limit === "" ? null : Number(limit) },
        })
      }
    >
      <NumberInput
        label={t("admin.engine.atATime")}
        description={t("admin.engine.atATimeSays")}
        min={1}
        max={10_000}
        allowDecimal={false}
        data-autofocus
        value={limit}
        onChange={setLimit}
      />
    </Dialog>
  );
}
