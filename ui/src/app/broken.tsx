import { Anchor, Button } from "@mantine/core";
import { IconError404, IconMoodConfuzed } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { $api, sentenceOf, Unreachable } from "../api/client";
import { Empty, Failed } from "./states";

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
  // Each browser words it differently: the program of the page did not come.
  if (error instanceof TypeError && /import/i.test(error.message)) return <NotCome />;
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

const RELOADED = "reloaded-at";

/** The page's program did not come: the server is away, or has a newer one; load the page again once it answers. */
function NotCome() {
  const alive = $api.useQuery(
    "get",
    "/health/live",
    {},
    { refetchInterval: 2_000, retry: false, staleTime: 0, gcTime: 0 },
  );
  useEffect(() => {
    // Once in a while by itself: where loading again does not help, a person decides.
    if (!alive.isSuccess || Date.now() - Number(sessionStorage.getItem(RELOADED)) < 30_000) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  }, [alive.isSuccess]);
  return <Failed error={new Unreachable()} retry={() => window.location.reload()} />;
}
