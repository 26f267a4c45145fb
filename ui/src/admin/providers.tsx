import { Alert, Autocomplete, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { Fault } from "../parts/fault";
import { tell } from "../parts/telling";
import { ProviderKeys } from "./provider-keys";
import { CAPABILITIES } from "./settings-schema";

type Capability = (typeof CAPABILITIES)[number];

/** Names that come with Cutroom; any other that is installed may be written as well. */
const KNOWN: Record<Capability, string[]> = {
  speech_to_text: ["faster_whisper/base", "faster_whisper/small", "openai/whisper-1"],
  language_model: ["none", "ollama/llama3.2", "openai/gpt-4.1-mini", "anthropic", "gemini"],
  embedding: ["minilm", "hashed"],
  face_detection: ["yunet", "none"],
  ocr: ["auto", "rapidocr", "none"],
};

/** Who does what, with a sign of life from each, and the keys that they are asked with. */
export function Component() {
  const { t } = useTranslation();
  const settings = $api.useQuery("get", "/api/v1/settings");
  return (
    <Page title={t("admin.providers.title")}>
      <Text c="dimmed" mb="md" maw="42rem">
        {t("admin.providers.says")}
      </Text>
      <Answer query={settings} loading={<Loading rows={5} height={148} />}>
        {(found) => (
          <Stack>
            {CAPABILITIES.map((capability) => (
              <Choice
                // What another administrator chose meanwhile is shown anew.
                key={`${capability} ${found.values[capability]}`}
                capability={capability}
                settings={found}
              />
            ))}
          </Stack>
        )}
      </Answer>
      <Title order={2} mt="xl" mb="xs">
        {t("admin.providers.keys")}
      </Title>
      <Text c="dimmed" mb="md" maw="42rem">
        {t("admin.providers.keysSay")}
      </Text>
      <ProviderKeys />
    </Page>
  );
}

function Choice({ capability, settings }: { capability: Capability; settings: Schemas["SettingsView"] }) {
  const { t } = useTranslation();
  const kept = settings.values[capability] ?? "";
  const [chosen, setChosen] = useState(kept);
  const name = t(`admin.setting.${capability}.name`);
  const save = $api.useMutation("patch", "/api/v1/settings", {
    onSuccess: () => {
      tell(t("admin.settings.saved"));
      return queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings"] });
    },
  });
  const test = $api.useMutation("post", "/api/v1/settings/providers/test");
  const provider = chosen.trim();
  return (
    <Card component="form" onSubmit={(event) => event.preventDefault()} aria-label={name}>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <Autocomplete
            label={name}
            description={t(`admin.setting.${capability}.says`)}
            placeholder={t("admin.providers.environment")}
            data={KNOWN[capability]}
            // All names stay in sight, whichever is chosen.
            filter={({ options }) => options}
            maxLength={100}
            flex="1 1 14rem"
            value={chosen}
            onChange={setChosen}
          />
          <Button
            type="submit"
            disabled={provider === kept}
            loading={save.isPending}
            onClick={() =>
              save.mutate({
                body: { version: settings.version, changes: { [capability]: provider || null } },
              })
            }
          >
            {t("action.save")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={18} />}
            loading={test.isPending}
            onClick={() => test.mutate({ body: { capability, provider: provider || null } })}
          >
            {t("admin.providers.test")}
          </Button>
        </Group>
        <Fault error={save.error ?? test.error} />
        {test.data ? <Tested tested={test.data} /> : null}
      </Stack>
    </Card>
  );
}

function Tested({ tested }: { tested: Schemas["ProviderTested"] }) {
  const { t } = useTranslation();
  return (
    <Alert
      role="status"
      variant="light"
      color={tested.works ? "petrol" : "red"}
      icon={tested.works ? <IconCircleCheck size={18} /> : <IconPlugConnectedX size={18} />}
      title={t(tested.works ? "admin.providers.works" : "admin.providers.fails", {
        provider: tested.provider,
        seconds: tested.took_s.toFixed(1),
      })}
    >
      {tested.message}
    </Alert>
  );
}
