import { Anchor, Button } from "@mantine/core";
import { IconError404, IconMoodConfuzed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { sentenceOf } from "../api/client";
import { Empty } from "./states";

/** An address that is none of ours. */
export function NotHere() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconError404 size={24} />}
      title={t("state.notHere")}
      action={
        <Anchor component={Link} to="/library">
          {t("nav.library")}
        </Anchor>
      }
    >
      {t("state.notHereWhy")}
    </Empty>
  );
}

/** A page that could not be shown: the fault is ours, and the rest of the studio goes on. */
export function Broken() {
  const { t } = useTranslation();
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotHere />;
  return (
    <Empty
      icon={<IconMoodConfuzed size={24} />}
      title={t("state.broken")}
      action={<Button onClick={() => window.location.reload()}>{t("action.reload")}</Button>}
    >
      {sentenceOf(error)}
    </Empty>
  );
}
