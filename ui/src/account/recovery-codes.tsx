import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, queries } from "../api/client";
import { useAsk } from "../parts/asking";
import { SecretText } from "../parts/shown-once";
import { tellWrong } from "../parts/telling";
import { Part } from "./part";
import { Left, proved } from "./proof";

interface RecoveryCodesProps {
  left: number;
  show: (codes: string[]) => void;
}

/** Codes for when a factor is lost: how many are left, and new ones. */
export function RecoveryCodes({ left, show }: RecoveryCodesProps) {
  const { t } = useTranslation();
  const ask = useAsk();
  const make = useMutation({
    mutationFn: () => proved(() => api.POST("/api/v1/factors/recovery-codes")),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/factors"] });
      if (data) show(data.recovery_codes);
    },
    onError: (error) => {
      if (!(error instanceof Left)) tellWrong(error);
    },
  });
  return (
    <Part
      title={t("account.recovery.title")}
      says={t("account.recovery.left", { count: left })}
      actions={
        <Button
          variant="default"
          loading={make.isPending}
          onClick={() =>
            ask({
              title: t("account.recovery.make"),
              says: t("account.recovery.makeSays"),
              button: t("account.recovery.make"),
              act: () => make.mutate(),
            })
          }
        >
          {t("account.recovery.make")}
        </Button>
      }
    />
  );
}

/** New codes, which are shown this once. */
export function ShownCodes({ codes, close }: { codes: string[] | null; close: () => void }) {
  const { t } = useTranslation();
  const text = (codes ?? []).join("\n");
  return (
    <Modal
      opened={codes !== null}
      onClose={close}
      title={t("account.recovery.title")}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text>{t("account.recovery.says")}</Text>
        <SecretText label={t("account.recovery.title")} value={text}>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => save(text)}>
            {t("account.recovery.download")}
          </Button>
        </SecretText>
        <Group justify="flex-end">
          <Button onClick={close}>{t("account.recovery.kept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Hand a text to the browser as a file. */
function save(text: string) {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "cutroom-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}
