import { Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";
import { SecretText } from "../parts/shown-once";
import { faultOf, proved } from "./proof";
import { QrCode } from "./qr-code";

interface EnrolmentProps {
  seed: Schemas["TotpSeed"];
  close: () => void;
  /** What comes with the first factor: codes for when it is lost. */
  done: (codes: string[] | null) => void;
}

/** Hand the secret over to an authenticator, and see by its first code that it has it. */
export function Enrolment({ seed, close, done }: EnrolmentProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: async () => {
      const { data } = await proved(() =>
        api.POST("/api/v1/factors/totp/confirmation", { body: { code: code.trim() } }),
      );
      return data?.recovery_codes ?? null;
    },
    onSuccess: async (codes) => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/factors"] });
      done(codes);
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={t("account.totp.add")}
      button={t("account.totp.confirm")}
      busy={confirm.isPending}
      error={faultOf(confirm.error)}
      onSubmit={() => confirm.mutate()}
    >
      <Text>{t("account.totp.scan")}</Text>
      <QrCode text={seed.url} label={t("account.totp.picture")} />
      <Text size="sm" c="dimmed">
        {t("account.totp.type")}
      </Text>
      <SecretText label={t("account.totp.secret")} value={seed.secret} />
      <TextInput
        label={t("account.totp.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        required
        data-autofocus
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </Dialog>
  );
}
