import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { moment } from "../format";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";

/** Letters that wait to be sent, or were given up, and why. */
export function WaitingMail() {
  const { t } = useTranslation();
  const list = usePages<Schemas["MailView"]>(["mails"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/mails", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Listing list={list} empty={<Text>{t("admin.mails.none")}</Text>}>
      {(found) => (
        <Rows label={t("admin.mails.title")}>
          {found.map((mail) => (
            <Row
              key={mail.id}
              title={t(`admin.mails.kind.${mail.kind}`)}
              marks={
                <Mark tone={mail.failed_at ? "bad" : "waits"}>
                  {t(mail.failed_at ? "admin.mails.givenUp" : "admin.mails.waits")}
                </Mark>
              }
              says={[
                mail.failed_at
                  ? t("admin.mails.failedAt", { at: moment(mail.failed_at) })
                  : t("admin.mails.due", { at: moment(mail.due_at) }),
                t("admin.webhooks.tries", { count: mail.attempts }),
                mail.reason ?? "",
              ]
                .filter(Boolean)
                .join(" · ")}
            />
          ))}
        </Rows>
      )}
    </Listing>
  );
}
