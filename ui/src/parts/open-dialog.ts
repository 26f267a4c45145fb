import { modals } from "@mantine/modals";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Open a dialog over the page; what is in it stands outside the page and closes it with `modals.closeAll()`. */
export function useOpenDialog() {
  const { t } = useTranslation();
  return (title: string, children: ReactNode, size?: string) =>
    modals.open({ title, children, size, closeButtonProps: { "aria-label": t("action.close") } });
}
