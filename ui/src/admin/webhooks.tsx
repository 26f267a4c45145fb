import { Anchor, Button } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { ShownOnce } from "../parts/shown-once";
import { WebhookForm } from "./webhook-form";

/** Addresses that are told of what happens. */
export function Component() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const list = usePages<Schemas["WebhookView"]>(["webhooks"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/webhooks", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page
      title={t("admin.webhooks.title")}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
          {t("admin.webhooks.new")}
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <Empty icon={<IconWebhook size={24} />} title={t("admin.webhooks.none")}>
            {t("admin.webhooks.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("admin.webhooks.title")}>
            {found.map((webhook) => (
              <Row
                key={webhook.id}
                title={
                  <Anchor component={Link} to={`/admin/webhooks/${webhook.id}`} fw={560}>
                    {webhook.description || webhook.url}
                  </Anchor>
                }
                marks={<WebhookState webhook={webhook} />}
                says={[
                  webhook.description ? webhook.url : "",
                  webhook.kinds.length ? webhook.kinds.join(", ") : t("admin.webhooks.everything"),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              />
            ))}
          </Rows>
        )}
      </Listing>
      {making ? (
        <WebhookForm
          webhook={null}
          close={() => setMaking(false)}
          made={(shown) => {
            setMaking(false);
            setSecret(shown);
          }}
        />
      ) : null}
      <ShownOnce
        title={t("admin.webhooks.secret")}
        says={t("admin.webhooks.secretSays")}
        label={t("admin.webhooks.secret")}
        value={secret}
        close={() => setSecret(null)}
      />
    </Page>
  );
}

/** Whether a webhook is told anything, and whether it hears. */
export function WebhookState({ webhook }: { webhook: Schemas["WebhookView"] }) {
  const { t } = useTranslation();
  if (!webhook.enabled) return <Mark tone="waits">{t("admin.engine.paused")}</Mark>;
  if (webhook.failing_since) return <Mark tone="bad">{t("admin.webhooks.failing")}</Mark>;
  return null;
}
