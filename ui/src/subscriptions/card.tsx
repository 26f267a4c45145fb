import { ActionIcon, Alert, Badge, Button, Menu, Switch } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDots,
  IconEye,
  IconFolder,
  IconPencil,
  IconRss,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, queries } from "../api/client";
import { ago, moment } from "../format";
import { useAsk } from "../parts/asking";
import { useOpenDialog } from "../parts/open-dialog";
import { tellWrong } from "../parts/telling";
import { useMayEdit } from "../session/me";
import { SubscriptionDialog } from "./dialog";
import { paramOf, type Subscription, useStartable } from "./subscriptions";
import style from "./subscriptions.module.css";

interface CardProps {
  subscription: Subscription;
  folders: boolean;
}

/** One subscription: what it looks at, what it starts, and how the last look went. */
export function SubscriptionCard({ subscription, folders }: CardProps) {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const may = useMayEdit();
  const ask = useAsk();
  const titles = useStartable();
  const params = { path: { subscription_id: subscription.id } };
  const after = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["subscriptions"] }),
    onError: tellWrong,
  };
  const enable = useMutation({
    mutationFn: (enabled: boolean) =>
      api.PATCH("/api/v1/subscriptions/{subscription_id}", { params, body: { enabled } }),
    ...after,
  });
  const look = useMutation({
    mutationFn: () => api.POST("/api/v1/subscriptions/{subscription_id}/look", { params }),
    ...after,
  });
  const end = useMutation({
    mutationFn: () => api.DELETE("/api/v1/subscriptions/{subscription_id}", { params }),
    ...after,
  });
  const title = subscription.title || subscription.source;
  const Icon = subscription.kind === "folder" ? IconFolder : IconRss;
  function sure() {
    ask({
      title: t("subscriptions.sure", { title }),
      says: t("subscriptions.sureSays"),
      button: t("subscriptions.end"),
      act: () => end.mutate(),
    });
  }
  return (
    <li className={style.card} data-paused={!subscription.enabled || undefined}>
      <div className={style.head}>
        <Icon size={18} aria-hidden className={style.icon} />
        <h2 title={subscription.source}>{title}</h2>
        {may ? (
          <>
            <Switch
              size="sm"
              checked={subscription.enabled}
              disabled={enable.isPending}
              aria-label={t("subscriptions.onOff", { title })}
              onChange={(event) => enable.mutate(event.currentTarget.checked)}
            />
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconEye size={15} />}
              loading={look.isPending}
              disabled={!subscription.enabled}
              aria-label={t("subscriptions.lookAt", { title })}
              onClick={() => look.mutate()}
            >
              {t("subscriptions.look")}
            </Button>
            <Menu position="bottom-end" width={200}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={t("subscriptions.more", { title })}>
                  <IconDots size={17} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconPencil size={16} />}
                  onClick={() =>
                    open(
                      t("subscriptions.change"),
                      <SubscriptionDialog subscription={subscription} folders={folders} />,
                      "lg",
                    )
                  }
                >
                  {t("subscriptions.change")}
                </Menu.Item>
                <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={sure}>
                  {t("subscriptions.end")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        ) : null}
      </div>
      {title === subscription.source ? null : <p className={style.source}>{subscription.source}</p>}
      <p className={style.starts}>
        {subscription.start.length ? (
          subscription.start.map(({ recipe }) => (
            <Badge key={recipe} variant="light" radius="sm" tt="none" fw={540}>
              {[
                titles.find((each) => each.name === recipe)?.title ?? recipe,
                paramOf(subscription.start, recipe, "preset"),
              ]
                .filter(Boolean)
                .join(" · ")}
            </Badge>
          ))
        ) : (
          <span>{t("subscriptions.startsNothing")}</span>
        )}
      </p>
      <p className={style.facts}>
        <span>{t("subscriptions.everyMinutes", { count: subscription.every_minutes })}</span>
        <span title={moment(subscription.looked_at)}>
          {subscription.looked_at
            ? t("subscriptions.looked", { ago: ago(subscription.looked_at) })
            : t("subscriptions.never")}
        </span>
        <span>
          {subscription.enabled
            ? t("subscriptions.next", { ago: ago(subscription.next_at) })
            : t("subscriptions.paused")}
        </span>
      </p>
      {subscription.problem ? (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={17} />} py="xs" mt="xs">
          {subscription.problem}
        </Alert>
      ) : null}
    </li>
  );
}
