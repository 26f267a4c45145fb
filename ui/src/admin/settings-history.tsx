import { Button, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { moment } from "../format";
import { Fault } from "../parts/fault";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { gib } from "../parts/size-input";
import { tell } from "../parts/telling";
import style from "./settings-history.module.css";

type Change = Schemas["SettingsChangeView"];

/** Who changed which setting from what to what, and the way back. */
export function SettingsHistory({ version, close }: { version: number; close: () => void }) {
  const { t } = useTranslation();
  const list = usePages<Change>(["settings-history", version], async (after, signal) => {
    const { data } = await api.GET("/api/v1/settings/history", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  const revert = $api.useMutation("post", "/api/v1/settings/revert", {
    onSuccess: () => {
      tell(t("admin.settings.reverted"));
      return queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings"] });
    },
  });
  const to = (number: number) => revert.mutate({ body: { version, to: number } });
  return (
    <Modal opened onClose={close} title={t("admin.settings.history")} size="lg">
      <Fault error={revert.error} />
      <Listing list={list} empty={<Text c="dimmed">{t("admin.settings.noHistory")}</Text>}>
        {(found) => (
          <Rows label={t("admin.settings.history")}>
            {found.map((change, at) => {
              const before = found[at + 1];
              return (
                <Row
                  key={change.version}
                  title={t("admin.settings.version", { number: change.version })}
                  marks={change.version === version ? <Mark>{t("admin.settings.current")}</Mark> : null}
                  says={[
                    change.author,
                    moment(change.at),
                    change.reverts_to === null ? "" : t("admin.settings.back", { number: change.reverts_to }),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                  actions={
                    change.version === version ? null : (
                      <Button
                        variant="default"
                        size="xs"
                        loading={revert.isPending && revert.variables?.body.to === change.version}
                        aria-label={t("admin.settings.revertTo", { number: change.version })}
                        onClick={() => to(change.version)}
                      >
                        {t("admin.settings.revert")}
                      </Button>
                    )
                  }
                >
                  {before || change.version === 1 ? (
                    <Difference before={before?.values ?? {}} after={change.values} />
                  ) : null}
                </Row>
              );
            })}
            {list.hasNextPage || version === 0 ? null : (
              <Row
                title={t("admin.settings.defaults")}
                actions={
                  <Button variant="default" size="xs" onClick={() => to(0)}>
                    {t("admin.settings.revert")}
                  </Button>
                }
              />
            )}
          </Rows>
        )}
      </Listing>
    </Modal>
  );
}

type Kept = Record<string, unknown>;

function Difference({ before, after }: { before: Kept; after: Kept }) {
  const { t } = useTranslation();
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const shown = (name: string, value: unknown) => {
    if (value === undefined) return t("admin.settings.default");
    if (name.endsWith("_bytes") && typeof value === "number") return `${gib(value)} GiB`;
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
  return (
    <dl className={style.difference}>
      {names.map((name) => (
        <div key={name}>
          <dt>{t(`admin.setting.${name}.name`, { defaultValue: name })}</dt>
          <dd>
            <del>{shown(name, before[name])}</del> → <ins>{shown(name, after[name])}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
