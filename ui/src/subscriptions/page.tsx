import { Button } from "@mantine/core";
import { IconHistory, IconPlus, IconRss } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { useOpenDialog } from "../parts/open-dialog";
import { useMayEdit, useMe } from "../session/me";
import { SubscriptionCard } from "./card";
import { SubscriptionDialog } from "./dialog";
import style from "./subscriptions.module.css";

/** What is looked at again and again, and what starts on what is new there. */
export function Component() {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const may = useMayEdit();
  const admin = useMe().role === "admin";
  const found = usePages(
    ["subscriptions"],
    async (after, signal) => {
      const { data } = await api.GET("/api/v1/subscriptions", { params: { query: { after } }, signal });
      return data ?? { items: [] };
    },
    { refetchInterval: 10_000 },
  );
  const add = () => open(t("subscriptions.new"), <SubscriptionDialog folders={admin} />, "lg");
  const button = may ? (
    <Button leftSection={<IconPlus size={17} />} onClick={add}>
      {t("subscriptions.new")}
    </Button>
  ) : null;
  function list() {
    if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
    if (found.isPending) return <Loading rows={3} height={120} />;
    if (!found.items.length)
      return (
        <Empty icon={<IconRss size={24} />} title={t("subscriptions.empty")} action={button}>
          {t("subscriptions.emptySays")}
        </Empty>
      );
    return (
      <ul className={style.list}>
        {found.items.map((each) => (
          <SubscriptionCard key={each.id} subscription={each} folders={admin} />
        ))}
      </ul>
    );
  }
  return (
    <Page
      title={t("nav.subscriptions")}
      actions={
        <>
          <Button component={Link} to="/imports" variant="default" leftSection={<IconHistory size={17} />}>
            {t("imports.list")}
          </Button>
          {found.items.length ? button : null}
        </>
      }
    >
      {list()}
      {found.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </Page>
  );
}
