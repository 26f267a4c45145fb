import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEditing } from "./editing";

/** Somebody else saved meanwhile: both stay, whichever is chosen. */
export function Conflict() {
  const { t } = useTranslation();
  const { status, saver, change } = useEditing();
  const { theirs } = status;
  function take() {
    if (!theirs) return;
    saver.accept(theirs);
    // One step of the history: undoing it brings one's own back.
    change(() => theirs.document);
  }
  return (
    <Modal
      opened={status.state === "conflict"}
      onClose={() => undefined}
      withCloseButton={false}
      title={t("editor.conflict.title")}
    >
      <Text size="sm">{t("editor.conflict.says")}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={take}>
          {t("editor.conflict.theirs")}
        </Button>
        <Button data-autofocus onClick={() => void saver.keepMine(t("editor.conflict.name"))}>
          {t("editor.conflict.mine")}
        </Button>
      </Group>
    </Modal>
  );
}
