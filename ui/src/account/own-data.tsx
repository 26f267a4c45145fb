import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** All that is known of oneself, as a file. */
export function OwnData() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Title order={2}>{t("account.data.title")}</Title>
      <Text c="dimmed">{t("account.data.says")}</Text>
      <Group>
        <Button
          component="a"
          href="/api/v1/me/export"
          download
          variant="default"
          leftSection={<IconDownload size={18} />}
        >
          {t("account.data.get")}
        </Button>
      </Group>
    </Stack>
  );
}
