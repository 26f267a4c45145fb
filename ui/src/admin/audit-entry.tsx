import { Collapse, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { moment } from "../format";
import { Row } from "../parts/rows";
import style from "./audit-entry.module.css";

/** An entry of the log; all that it holds at a click. */
export function AuditEntry({ entry }: { entry: Schemas["AuditEntryView"] }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  const details: [string, string][] = [
    [t("admin.audit.subject"), `${entry.subject_kind} ${entry.subject_id}`],
    ...Object.entries(entry.details).map(([name, value]): [string, string] => [name, shown(value)]),
    [t("admin.audit.by"), t(`admin.audit.means.${entry.by}`, { defaultValue: entry.by })],
    [t("admin.audit.address"), entry.address || "–"],
    [t("admin.audit.request"), entry.correlation_id ?? "–"],
    [t("admin.audit.digest"), entry.digest],
  ];
  return (
    <Row
      title={
        <UnstyledButton className={style.title} aria-expanded={open} onClick={toggle}>
          <IconChevronDown size={16} className={open ? style.turned : undefined} />
          {entry.action}
        </UnstyledButton>
      }
      says={t("admin.audit.line", {
        number: entry.number,
        who: entry.actor || t("admin.audit.machine"),
        at: moment(entry.at),
      })}
    >
      <Collapse expanded={open}>
        <dl className={style.details}>
          {details.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Collapse>
    </Row>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
