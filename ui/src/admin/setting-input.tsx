import { Checkbox, Group, NumberInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SizeInput } from "../parts/size-input";
import type { Field } from "./settings-schema";

interface SettingInputProps {
  field: Field;
  value: unknown;
  error?: string;
  onChange: (value: unknown) => void;
}

/** One setting, as its schema describes it; the kind of value chooses how it is written. */
export function SettingInput({ field, value, error, onChange }: SettingInputProps) {
  const { t } = useTranslation();
  const shared = {
    label: t(`admin.setting.${field.name}.name`, { defaultValue: field.title ?? field.name }),
    description: t(`admin.setting.${field.name}.says`, { defaultValue: field.description ?? "" }),
    error,
  };
  if (field.name.endsWith("_bytes"))
    return <SizeInput {...shared} value={(value as number | null) ?? null} onChange={onChange} />;
  if (field.name.endsWith("_zone"))
    return (
      <Select
        {...shared}
        searchable
        allowDeselect={false}
        data={zones(String(value))}
        value={String(value)}
        onChange={onChange}
      />
    );
  if (field.type === "boolean")
    return (
      <Switch
        {...shared}
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (field.type === "integer" || field.type === "number")
    return (
      <NumberInput
        {...shared}
        min={field.minimum}
        max={field.maximum}
        allowDecimal={field.type === "number"}
        value={(value as number | null) ?? ""}
        onChange={(given) => onChange(given === "" ? null : given)}
      />
    );
  if (field.type === "array" && field.items?.enum)
    return (
      <Checkbox.Group {...shared} value={(value as string[] | null) ?? []} onChange={onChange}>
        <Group mt={6} gap="lg">
          {field.items.enum.map((each) => (
            <Checkbox key={each} value={each} label={each.toUpperCase()} />
          ))}
        </Group>
      </Checkbox.Group>
    );
  if (field.type === "array")
    return (
      <TagsInput
        {...shared}
        splitChars={[",", " "]}
        acceptValueOnBlur
        value={(value as string[] | null) ?? []}
        onChange={onChange}
      />
    );
  return (
    <TextInput
      {...shared}
      maxLength={field.maxLength}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}

function zones(chosen: string): string[] {
  return [...new Set(["UTC", chosen, ...Intl.supportedValuesOf("timeZone")])];
}
