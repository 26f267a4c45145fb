import { Progress, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { bytes, moment } from "../format";
import { Listing } from "../parts/listing";
import { Row, Rows } from "../parts/rows";

/** What may be brought in this week, and what counted. */
export function Component() {
  const { t } = useTranslation();
  const quota = $api.useQuery("get", "/api/v1/quota");
  const entries = usePages<Schemas["LedgerEntry"]>(["quota", "entries"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/quota/entries", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page title={t("account.quota.title")}>
      <Answer query={quota} loading={<Loading rows={1} height={72} />}>
        {(found) => <Week quota={found} />}
      </Answer>
      <Title order={2} mt="xl" mb="xs">
        {t("account.quota.entries")}
      </Title>
      <Listing list={entries} empty={<Text c="dimmed">{t("account.quota.none")}</Text>}>
        {(found) => (
          <Rows label={t("account.quota.entries")}>
            {found.map((entry) => (
              <Row
                key={entry.id}
                title={t(`account.quota.change.${entry.change}`)}
                says={moment(entry.at)}
                actions={
                  <span className="tabular">
                    {entry.size_bytes < 0 ? "−" : "+"}
                    {bytes(Math.abs(entry.size_bytes))}
                  </span>
                }
              />
            ))}
          </Rows>
        )}
      </Listing>
    </Page>
  );
}

function Week({ quota }: { quota: Schemas["Quota"] }) {
  const { t } = useTranslation();
  const share = quota.limit_bytes ? Math.min(100, (100 * quota.used_bytes) / quota.limit_bytes) : 100;
  const says = t("account.quota.used", { used: bytes(quota.used_bytes), limit: bytes(quota.limit_bytes) });
  return (
    <Stack gap="xs" maw="36rem">
      <Text className="tabular">{says}</Text>
      <Progress.Root size="lg">
        <Progress.Section
          value={share}
          color={share > 90 ? "orange.8" : undefined}
          aria-label={t("account.quota.title")}
        />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        {t("account.quota.resets", { at: moment(quota.resets_at) })}
      </Text>
    </Stack>
  );
}
