import {
  IconBadgeTm,
  IconChartBar,
  IconHistory,
  IconKey,
  IconPalette,
  IconShieldLock,
  IconUserCircle,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { Sections } from "../parts/sections";

const SIZE = 17;

/** What stands around the pages of one's own account. */
export function Component() {
  const { t } = useTranslation();
  return (
    <Sections
      label={t("account.title")}
      sections={[
        { to: "/account", name: t("account.profile.title"), icon: <IconUserCircle size={SIZE} />, end: true },
        { to: "/account/security", name: t("account.security.title"), icon: <IconShieldLock size={SIZE} /> },
        { to: "/account/tokens", name: t("account.tokens.title"), icon: <IconKey size={SIZE} /> },
        { to: "/account/appearance", name: t("account.appearance.title"), icon: <IconPalette size={SIZE} /> },
        { to: "/account/brands", name: t("brands.title"), icon: <IconBadgeTm size={SIZE} /> },
        { to: "/account/quota", name: t("account.quota.title"), icon: <IconChartBar size={SIZE} /> },
        { to: "/account/history", name: t("account.history.title"), icon: <IconHistory size={SIZE} /> },
      ]}
    >
      <Outlet />
    </Sections>
  );
}
