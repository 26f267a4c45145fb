import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, Refused, type Schemas } from "../api/client";
import { Page } from "../app/page";
import { Answer } from "../app/states";
import { Fault } from "../parts/fault";
import { tell } from "../parts/telling";
import { SettingInput } from "./setting-input";
import { SettingsHistory } from "./settings-history";
import { type Field, fieldsOf, isCapability } from "./settings-schema";

/** Settings of the instance, drawn from their schema. */
export function Component() {
  const { t } = useTranslation();
  const [history, setHistory] = useState(false);
  const schema = $api.useQuery("get", "/api/v1/settings/schema", {}, { staleTime: Number.POSITIVE_INFINITY });
  const settings = $api.useQuery("get", "/api/v1/settings");
  return (
    <Page
      title={t("admin.settings.title")}
      actions={
        <Button variant="default" leftSection={<IconHistory size={18} />} onClick={() => setHistory(true)}>
          {t("admin.settings.history")}
        </Button>
      }
    >
      <Answer query={schema}>
        {(described) => (
          <Answer query={settings}>
            {(found) => (
              <Form
                // What another version says is begun anew.
                key={found.version}
                settings={found}
                fields={fieldsOf(described).filter(({ name }) => !isCapability(name))}
              />
            )}
          </Answer>
        )}
      </Answer>
      {history && settings.data ? (
        <SettingsHistory version={settings.data.version} close={() => setHistory(false)} />
      ) : null}
    </Page>
  );
}

function Form({ settings, fields }: { settings: Schemas["SettingsView"]; fields: Field[] }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: settings.values as Record<string, unknown> });
  const dirty = Object.keys(form.values).filter((name) => form.isDirty(name));
  const save = $api.useMutation("patch", "/api/v1/settings", {
    onSuccess: (saved) => {
      queries.setQueryData(["get", "/api/v1/settings", {}], saved);
      tell(t("admin.settings.saved"));
      return queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings"] });
    },
  });
  const wrong = save.error instanceof Refused ? (save.error.problem?.errors ?? []) : [];
  function submit() {
    const changes = Object.fromEntries(dirty.map((name) => [name, form.values[name]]));
    save.mutate({ body: { version: settings.version, changes } });
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="lg" maw="36rem">
        {fields.map((field) => (
          <SettingInput
            key={field.name}
            field={field}
            value={form.values[field.name]}
            error={wrong.find(({ where }) => where.split(".").includes(field.name))?.message}
            onChange={(value) => form.setFieldValue(field.name, value)}
          />
        ))}
        <Fault error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={dirty.length === 0}>
            {t("action.save")}
          </Button>
          {dirty.length > 0 ? (
            <Button variant="default" onClick={form.reset}>
              {t("admin.settings.discard")}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}
