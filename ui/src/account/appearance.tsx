import { SegmentedControl, Select, Stack, Text, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../app/page";
import { LANGUAGES, type Language, speak } from "../i18n";

/** Language and theme; this browser keeps them, and no other is told. */
export function Component() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title={t("account.appearance.title")}>
      <Stack maw="24rem" gap="lg">
        <Select
          label={t("account.appearance.language")}
          allowDeselect={false}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={i18n.language}
          onChange={(chosen) => void speak(chosen as Language)}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="theme">
            {t("account.appearance.theme")}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="theme"
            data={(["auto", "light", "dark"] as const).map((value) => ({
              value,
              label: t(`account.appearance.${value}`),
            }))}
            value={colorScheme}
            onChange={(chosen) => setColorScheme(chosen as typeof colorScheme)}
          />
        </div>
        <Text size="sm" c="dimmed">
          {t("account.appearance.says")}
        </Text>
      </Stack>
    </Page>
  );
}
