import { Checkbox, Fieldset, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useKits } from "../brands/brands";
import { paramOf, type Start, useStartable, withParam, withRecipe } from "./subscriptions";
import style from "./subscriptions.module.css";

interface RuleProps {
  start: Start[];
  change: (start: Start[]) => void;
}

/** What starts on each new recording, and in which frame. */
export function Rule({ start, change }: RuleProps) {
  const { t } = useTranslation();
  const startable = useStartable();
  const kits = useKits();
  return (
    <Fieldset legend={t("subscriptions.rule")} variant="unstyled">
      <Stack gap="xs" mt="xs">
        {startable.map(({ name, title, presets, branded }) => {
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
                  value={paramOf(start, name, "preset")}
                  onChange={(preset) => change(withParam(start, name, "preset", preset))}
                  clearable
                  clearButtonProps={{ "aria-label": t("subscriptions.ownFrame") }}
                />
              ) : null}
              {on && branded && kits.length ? (
                <Select
                  size="xs"
                  aria-label={t("subscriptions.kitOf", { title })}
                  placeholder={t("subscriptions.noKit")}
                  data={kits}
                  value={paramOf(start, name, "brand_id")}
                  onChange={(kit) => change(withParam(start, name, "brand_id", kit))}
                  clearable
                  clearButtonProps={{ "aria-label": t("subscriptions.noKit") }}
                />
              ) : null}
            </div>
          );
        })}
      </Stack>
    </Fieldset>
  );
}
