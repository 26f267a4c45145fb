import { Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import style from "./shown-once.module.css";

interface SecretTextProps {
  /** What it is, for who hears it. */
  label: string;
  value: string;
  children?: ReactNode;
}

/** A link, a token or codes that are shown this once, with a button that copies them. */
export function SecretText({ label, value, children }: SecretTextProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <section className={style.value} aria-label={label}>
        {value}
      </section>
      <Group gap="xs">
        <CopyButton value={value} timeout={3000}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? t("action.copied") : t("action.copy")}
            </Button>
          )}
        </CopyButton>
        {children}
      </Group>
    </Stack>
  );
}

interface ShownOnceProps {
  title: string;
  says: string;
  label: string;
  /** Nothing is open while it is null. */
  value: string | null;
  close: () => void;
}

/** The dialog that shows such a thing; it is closed by its buttons alone, so that nothing is lost by a slip. */
export function ShownOnce({ title, says, label, value, close }: ShownOnceProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={value !== null} onClose={close} title={title} closeOnClickOutside={false}>
      <Stack>
        <Text>{says}</Text>
        <SecretText label={label} value={value ?? ""} />
        <Group justify="flex-end">
          <Button onClick={close}>{t("action.close")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
