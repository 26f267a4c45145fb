import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import style from "./colour-field.module.css";

interface ColourFieldProps {
  label: string;
  /** Empty as the caption style has it. */
  value?: string;
  onChange: (value: string) => void;
}

/** A colour: written, or chosen with what the browser has for it. */
export function ColourField({ label, value = "", onChange }: ColourFieldProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      placeholder={t("brands.asStyle")}
      pattern="#[0-9A-Fa-f]{6}"
      title="#ffd60a"
      maxLength={7}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={
        <input
          type="color"
          className={style.chosen}
          aria-label={t("brands.choose", { what: label })}
          value={/^#[0-9a-f]{6}$/i.test(value) ? value : "#ffffff"}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      }
    />
  );
}
