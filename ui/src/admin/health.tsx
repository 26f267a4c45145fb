import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, Refused, type Schemas } from "../api/client";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { WaitingMail } from "./mails";

type Health = Schemas["Health"];
const TONES = { ok: undefined, waiting: "waits", failing: "bad", absent: "waits" } as const;

/** How every part of the instance does, in words. */
export function Component() {
  const { t } = useTranslation();
  const health = useQuery({
    queryKey: ["health"],
    queryFn: readHealth,
    refetchInterval: 5_000,
    retry: false,
  });
  return (
    <Page title={t("admin.health.title")}>
      <Answer query={health} loading={<Loading rows={4} height={66} />}>
        {({ parts }) => (
          <Rows label={t("admin.health.title")}>
            {Object.entries(parts).map(([part, verdict]) => (
              <Row
                key={part}
                title={t(`admin.health.part.${part}`, { defaultValue: part })}
                marks={<Mark tone={TONES[verdict]}>{t(`admin.health.verdict.${verdict}`)}</Mark>}
                says={t(`admin.health.says.${part}.${verdict}`, {
                  defaultValue: t(`admin.health.anySays.${verdict}`),
                })}
              />
            ))}
          </Rows>
        )}
      </Answer>
      <Title order={2} mt="xl" mb="xs">
        {t("admin.mails.title")}
      </Title>
      <Text c="dimmed" mb="sm" maw="42rem">
        {t("admin.mails.says")}
      </Text>
      <WaitingMail />
    </Page>
  );
}

/** A part that fails makes the answer a refusal, which says as much as any other. */
async function readHealth(): Promise<Health> {
  try {
    const { data } = await api.GET("/health");
    return data as Health;
  } catch (error) {
    const told = error instanceof Refused ? (error.problem as unknown as Health | null) : null;
    if (told && "parts" in told) return told;
    throw error;
  }
}
