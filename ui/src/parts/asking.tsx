import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";

interface Question {
  title: string;
  says: string;
  /** What the button does, as a verb. */
  button: string;
  act: () => void;
}

/** Ask once before something that cannot be undone. */
export function useAsk() {
  const { t } = useTranslation();
  return ({ title, says, button, act }: Question) =>
    modals.openConfirmModal({
      title,
      children: <Text>{says}</Text>,
      labels: { confirm: button, cancel: t("action.cancel") },
      confirmProps: { color: "red.8" },
      onConfirm: act,
    });
}
