import { Checkbox, Fieldset, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { presetOf, type Start, useStartable, withPreset, withRecipe } from "./subscriptions";
import style from "./subscriptions.module.css";

interface RuleProps {
  start: Start[];
  change: (start: Start[]) => void;
}

/** What starts on each new recording, and in which frame. */
export function Rule({ start, change }: RuleProps) {
  const { t } = useTranslation();
  const startable = useStartable();
  return (
    <Fieldset legend={t("subscriptions.rule")} variant="unstyled">
      <Stack gap="xs" mt="xs">
        {startable.map(({ name, title, presets }) => {
          const on = start.some((each) => each.recipe === name);
          return (
            <div key={name} className={style.recipe}>
              <Checkbox
                label={title}
                checked={on}
                onChange={(event) => change(withRecipe(start, name, event.currentTarget.checked))}
              />
              {on && presets.length ? (
                <Select
                  size="xs"
                  aria-label={t("subscriptions.frameOf", { title })}
                  placeholder={t("subscriptions.frame")}
                  data={presets}
                  value={presetOf(start, name)}
                  onChange={(preset) => change(withPreset(start, name, preset))}
                  clearable
                  clearButtonProps={{ "aria-label": t("subscriptions.ownFrame") }}
                />
              ) : null}
            </div>
          );
        })}
      </Stack>
    </Fieldset>
  );
}
