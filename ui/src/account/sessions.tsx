import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { ago, moment } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";
import { Part } from "./part";

/** Where the account is signed in, and how to end that from here. */
export function Sessions() {
  const { t } = useTranslation();
  const ask = useAsk();
  const list = usePages<Schemas["SessionView"]>(["sessions"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/sessions", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["sessions"] });
  const end = $api.useMutation("delete", "/api/v1/sessions/{session_id}", {
    onSuccess: refresh,
    onError: tellWrong,
  });
  const endOthers = $api.useMutation("delete", "/api/v1/sessions", {
    onSuccess: async () => {
      await refresh();
      tell(t("account.sessions.areEnded"));
    },
    onError: tellWrong,
  });
  return (
    <Part
      title={t("account.sessions.title")}
      says={t("account.sessions.says")}
      actions={
        list.items.length > 1 ? (
          <Button
            variant="default"
            loading={endOthers.isPending}
            onClick={() =>
              ask({
                title: t("account.sessions.endOthers"),
                says: t("account.sessions.endOthersSays"),
                button: t("account.sessions.end"),
                act: () => endOthers.mutate({}),
              })
            }
          >
            {t("account.sessions.endOthers")}
          </Button>
        ) : null
      }
    >
      <Listing list={list} empty={null}>
        {(found) => (
          <Rows label={t("account.sessions.title")}>
            {found.map((session) => {
              const name = session.browser || t("account.sessions.unknown");
              return (
                <Row
                  key={session.id}
                  title={name}
                  marks={session.current ? <Mark>{t("account.sessions.this")}</Mark> : null}
                  says={[
                    session.address,
                    t("account.sessions.seen", { when: ago(session.seen_at) }),
                    t("account.sessions.since", { at: moment(session.created_at) }),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                  actions={
                    session.current ? null : (
                      <Button
                        variant="default"
                        size="xs"
                        aria-label={t("account.sessions.endOf", { name })}
                        onClick={() => end.mutate({ params: { path: { session_id: session.id } } })}
                      >
                        {t("account.sessions.end")}
                      </Button>
                    )
                  }
                />
              );
            })}
          </Rows>
        )}
      </Listing>
    </Part>
  );
}
