import { Alert } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";

/** What came of comparing the log with its digests. */
export function Verified({ found }: { found: Schemas["AuditVerification"] }) {
  const { t } = useTranslation();
  const signed =
    found.signed_up_to > 0
      ? t("admin.audit.signed", { number: found.signed_up_to, count: found.anchors })
      : t("admin.audit.unsigned");
  return (
    <Alert
      role="status"
      mb="md"
      variant="light"
      color={found.sound ? "petrol" : "red"}
      icon={found.sound ? <IconShieldCheck size={18} /> : <IconShieldX size={18} />}
      title={t(found.sound ? "admin.audit.sound" : "admin.audit.unsound", {
        count: found.entries,
        number: found.number ?? "–",
      })}
    >
      {found.wrong ? `${found.wrong} ${signed}` : signed}
    </Alert>
  );
}
