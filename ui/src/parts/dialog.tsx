import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Fault } from "./fault";

interface DialogProps {
  opened: boolean;
  close: () => void;
  title: string;
  button: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  danger?: boolean;
  children: ReactNode;
}

/** A form over the page: what is wrong above its buttons, Escape and Cancel leave it. */
export function Dialog({
  opened,
  close,
  title,
  button,
  busy,
  error,
  onSubmit,
  danger,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  function submit(event: FormEvent) {
    event.preventDefault();
    // A dialog may stand inside another form's part of the page.
    event.stopPropagation();
    onSubmit();
  }
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <Fault error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={busy} color={danger ? "red.8" : undefined}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
