import { Anchor, Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { clock, moment } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";

/** What was watched, and how far; it can be forgotten. */
export function Component() {
  const { t } = useTranslation();
  const ask = useAsk();
  const list = usePages<Schemas["WatchingView"]>(["watching", "all"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/watching", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  const forget = $api.useMutation("delete", "/api/v1/watching", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["watching"] });
      tell(t("account.history.isForgotten"));
    },
    onError: tellWrong,
  });
  return (
    <Page
      title={t("account.history.title")}
      actions={
        list.items.length > 0 ? (
          <Button
            variant="default"
            loading={forget.isPending}
            onClick={() =>
              ask({
                title: t("account.history.forget"),
                says: t("account.history.forgetSays"),
                button: t("account.history.forgetButton"),
                act: () => forget.mutate({}),
              })
            }
          >
            {t("account.history.forget")}
          </Button>
        ) : null
      }
    >
      <Listing
        list={list}
        empty={
          <Empty icon={<IconHistory size={24} />} title={t("account.history.none")}>
            {t("account.history.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("account.history.title")}>
            {found.map(({ asset, position_s, finished, watched_at }) => (
              <Row
                key={asset.id}
                title={
                  <Anchor component={Link} to={`/watch/${asset.id}`} fw={560}>
                    {asset.title}
                  </Anchor>
                }
                marks={finished ? <Mark>{t("account.history.finished")}</Mark> : null}
                says={[
                  moment(watched_at),
                  finished
                    ? ""
                    : t("account.history.at", { at: clock(position_s), of: clock(asset.duration_s) }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              />
            ))}
          </Rows>
        )}
      </Listing>
    </Page>
  );
}
