import {
  IconActivity,
  IconAdjustments,
  IconClipboardList,
  IconCpu,
  IconLock,
  IconMailPlus,
  IconPlug,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { useTitle } from "../app/page";
import { Empty } from "../app/states";
import { Sections } from "../parts/sections";
import { useMe } from "../session/me";

const SIZE = 17;

/** What stands around the pages of administration; who is no administrator sees that it is not for them. */
export function Component() {
  const { t } = useTranslation();
  return useMe().role === "admin" ? (
    <Sections
      label={t("admin.title")}
      sections={[
        { to: "/admin/people", name: t("admin.people.title"), icon: <IconUsers size={SIZE} /> },
        { to: "/admin/groups", name: t("admin.groups.title"), icon: <IconUsersGroup size={SIZE} /> },
        { to: "/admin/invitations", name: t("admin.invitations.title"), icon: <IconMailPlus size={SIZE} /> },
        { to: "/admin/settings", name: t("admin.settings.title"), icon: <IconAdjustments size={SIZE} /> },
        { to: "/admin/providers", name: t("admin.providers.title"), icon: <IconPlug size={SIZE} /> },
        { to: "/admin/engine", name: t("admin.engine.title"), icon: <IconCpu size={SIZE} /> },
        { to: "/admin/webhooks", name: t("admin.webhooks.title"), icon: <IconWebhook size={SIZE} /> },
        { to: "/admin/audit", name: t("admin.audit.title"), icon: <IconClipboardList size={SIZE} /> },
        { to: "/admin/health", name: t("admin.health.title"), icon: <IconActivity size={SIZE} /> },
      ]}
    >
      <Outlet />
    </Sections>
  ) : (
    <NotForYou />
  );
}

function NotForYou() {
  const { t } = useTranslation();
  useTitle(t("admin.title"));
  return (
    <Empty icon={<IconLock size={24} />} title={t("admin.notForYou")}>
      {t("admin.notForYouSays")}
    </Empty>
  );
}
