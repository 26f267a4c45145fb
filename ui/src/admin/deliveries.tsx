import { Alert, Anchor, Button, SegmentedControl, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Answer } from "../app/states";
import { moment } from "../format";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";
import { WebhookMenu } from "./webhook-menu";
import { WebhookState } from "./webhooks";

type Delivery = Schemas["DeliveryView"];
const STATES = ["all", "pending", "delivered", "failed"] as const;

/** One webhook: what it was sent, what it answered, and what can be sent again. */
export function Component() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const path = { path: { webhook_id: id } };
  // Below the key of the list, so that a change of one is a change of both.
  const webhook = $api.useQuery("get", "/api/v1/webhooks/{webhook_id}", { params: path });
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const list = usePages<Delivery>(
    ["webhooks", id, "deliveries", state],
    async (after, signal) => {
      const query = { after, state: state === "all" ? null : state };
      const { data } = await api.GET("/api/v1/webhooks/{webhook_id}/deliveries", {
        params: { ...path, query },
        signal,
      });
      return data ?? { items: [] };
    },
    { refetchInterval: 2_000 },
  );
  const refresh = () => queries.invalidateQueries({ queryKey: ["webhooks", id] });
  const test = $api.useMutation("post", "/api/v1/webhooks/{webhook_id}/test", {
    onSuccess: () => {
      tell(t("admin.webhooks.testSent"));
      return refresh();
    },
    onError: tellWrong,
  });
  return (
    <Answer query={webhook}>
      {(found) => (
        <Page
          title={found.description || t("admin.webhooks.one")}
          actions={
            <>
              <Button
                variant="default"
                leftSection={<IconSend size={18} />}
                disabled={!found.enabled}
                loading={test.isPending}
                onClick={() => test.mutate({ params: path })}
              >
                {t("admin.webhooks.test")}
              </Button>
              <WebhookMenu webhook={found} />
            </>
          }
        >
          <Anchor component={Link} to="/admin/webhooks" size="sm">
            <IconArrowLeft size={14} /> {t("admin.webhooks.title")}
          </Anchor>
          <Text c="dimmed" mb="sm" className="anywhere">
            {found.url} <WebhookState webhook={found} />
          </Text>
          {found.problem ? (
            <Alert color="orange" variant="light" mb="md" icon={<IconAlertTriangle size={18} />}>
              {found.problem}
            </Alert>
          ) : null}
          <SegmentedControl
            mb="md"
            aria-label={t("admin.webhooks.deliveries")}
            data={STATES.map((each) => ({ value: each, label: t(`admin.webhooks.state.${each}`) }))}
            value={state}
            onChange={(chosen) => setState(chosen as (typeof STATES)[number])}
          />
          <Listing list={list} empty={<Text c="dimmed">{t("admin.webhooks.nothingSent")}</Text>}>
            {(items) => (
              <Rows label={t("admin.webhooks.deliveries")}>
                {items.map((delivery) => (
                  <One key={delivery.id} webhook={id} delivery={delivery} refresh={refresh} />
                ))}
              </Rows>
            )}
          </Listing>
        </Page>
      )}
    </Answer>
  );
}

const TONES = { pending: "waits", delivered: undefined, failed: "bad" } as const;

interface OneProps {
  webhook: string;
  delivery: Delivery;
  refresh: () => unknown;
}

function One({ webhook, delivery, refresh }: OneProps) {
  const { t } = useTranslation();
  const replay = $api.useMutation("post", "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", {
    onSuccess: () => {
      tell(t("admin.webhooks.replayed"));
      return refresh();
    },
    onError: tellWrong,
  });
  return (
    <Row
      title={delivery.kind}
      marks={<Mark tone={TONES[delivery.state]}>{t(`admin.webhooks.state.${delivery.state}`)}</Mark>}
      says={[
        moment(delivery.created_at),
        t("admin.webhooks.tries", { count: delivery.tries }),
        delivery.status === null ? "" : t("admin.webhooks.status", { status: delivery.status }),
        delivery.took_s === null ? "" : `${Math.round(delivery.took_s * 1000)} ms`,
        delivery.problem ?? "",
        delivery.not_before && delivery.state === "pending"
          ? t("admin.webhooks.nextTry", { at: moment(delivery.not_before) })
          : "",
      ]
        .filter(Boolean)
        .join(" · ")}
      actions={
        delivery.state === "pending" ? null : (
          <Button
            variant="default"
            size="xs"
            loading={replay.isPending}
            onClick={() =>
              replay.mutate({ params: { path: { webhook_id: webhook, delivery_id: delivery.id } } })
            }
          >
            {t("admin.webhooks.replay")}
          </Button>
        )
      }
    >
      {delivery.answer ? (
        <Text size="sm" c="dimmed" className="anywhere">
          {t("admin.webhooks.answer", { answer: delivery.answer })}
        </Text>
      ) : null}
    </Row>
  );
}
