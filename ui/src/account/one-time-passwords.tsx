import { Button } from "@mantine/core";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../api/client";
import { useAsk } from "../parts/asking";
import { Mark } from "../parts/mark";
import { tell, tellWrong } from "../parts/telling";
import { Enrolment } from "./enrolment";
import { Part } from "./part";
import { Left, proved } from "./proof";

interface OneTimePasswordsProps {
  on: boolean;
  show: (codes: string[]) => void;
}

/** Codes of an authenticator: set it up, or do without. */
export function OneTimePasswords({ on, show }: OneTimePasswordsProps) {
  const { t } = useTranslation();
  const ask = useAsk();
  const [seed, setSeed] = useState<Schemas["TotpSeed"] | null>(null);
  const unlessLeft = (error: unknown) => {
    if (!(error instanceof Left)) tellWrong(error);
  };
  const begin = useMutation({
    mutationFn: () => proved(() => api.POST("/api/v1/factors/totp")),
    onSuccess: ({ data }) => setSeed(data ?? null),
    onError: unlessLeft,
  });
  const remove = useMutation({
    mutationFn: () => proved(() => api.DELETE("/api/v1/factors/totp")),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/factors"] });
      tell(t("account.totp.isRemoved"));
    },
    onError: unlessLeft,
  });
  return (
    <Part
      title={t("account.totp.title")}
      says={t("account.totp.says")}
      actions={
        on ? (
          <>
            <Mark>{t("account.totp.on")}</Mark>
            <Button
              variant="default"
              loading={remove.isPending}
              onClick={() =>
                ask({
                  title: t("account.totp.remove"),
                  says: t("account.totp.removeSays"),
                  button: t("account.remove"),
                  act: () => remove.mutate(),
                })
              }
            >
              {t("account.totp.remove")}
            </Button>
          </>
        ) : (
          <Button
            variant="default"
            leftSection={<IconDeviceMobile size={18} />}
            loading={begin.isPending}
            onClick={() => begin.mutate()}
          >
            {t("account.totp.add")}
          </Button>
        )
      }
    >
      {seed ? (
        <Enrolment
          seed={seed}
          close={() => setSeed(null)}
          done={(codes) => {
            setSeed(null);
            if (codes) show(codes);
            else tell(t("account.totp.isOn"));
          }}
        />
      ) : null}
    </Part>
  );
}
