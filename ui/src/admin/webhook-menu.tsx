import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconEdit, IconKey, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, queries, type Schemas } from "../api/client";
import { useAsk } from "../parts/asking";
import { ShownOnce } from "../parts/shown-once";
import { tellWrong } from "../parts/telling";
import { WebhookForm } from "./webhook-form";

/** What can be done with a webhook. */
export function WebhookMenu({ webhook }: { webhook: Schemas["WebhookView"] }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const params = { path: { webhook_id: webhook.id } };
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ["webhooks"] });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/webhooks/{webhook_id}"] });
  };
  const change = $api.useMutation("patch", "/api/v1/webhooks/{webhook_id}", {
    onSuccess: refresh,
    onError: tellWrong,
  });
  const replace = $api.useMutation("post", "/api/v1/webhooks/{webhook_id}/secret", {
    onSuccess: async (made) => {
      setSecret(made.secret);
      await refresh();
    },
    onError: tellWrong,
  });
  const drop = $api.useMutation("delete", "/api/v1/webhooks/{webhook_id}", {
    onSuccess: async () => {
      await navigate("/admin/webhooks");
      await queries.invalidateQueries({ queryKey: ["webhooks"] });
    },
    onError: tellWrong,
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t("admin.webhooks.more")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setEditing(true)}>
            {t("action.edit")}
          </Menu.Item>
          <Menu.Item
            leftSection={webhook.enabled ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => change.mutate({ params, body: { enabled: !webhook.enabled } })}
          >
            {t(webhook.enabled ? "admin.engine.pause" : "admin.engine.resume")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconKey size={16} />}
            onClick={() =>
              ask({
                title: t("admin.webhooks.newSecret"),
                says: t("admin.webhooks.newSecretSays"),
                button: t("admin.webhooks.newSecretButton"),
                act: () => replace.mutate({ params }),
              })
            }
          >
            {t("admin.webhooks.newSecret")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            onClick={() =>
              ask({
                title: t("admin.webhooks.delete"),
                says: t("admin.webhooks.deleteSays"),
                button: t("action.delete"),
                act: () => drop.mutate({ params }),
              })
            }
          >
            {t("action.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing ? (
        <WebhookForm
          webhook={webhook}
          close={() => {
            setEditing(false);
            void refresh();
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
    </>
  );
}
