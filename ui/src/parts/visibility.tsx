import { Tooltip } from "@mantine/core";
import { IconBuilding, IconLink, IconLock, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";

const ICONS = { private: IconLock, group: IconUsers, instance: IconBuilding, link: IconLink };

/** Who finds it, as a mark that says so. */
export function VisibilityMark({ value, size = 15 }: { value: Schemas["Visibility"]; size?: number }) {
  const { t } = useTranslation();
  const Icon = ICONS[value];
  const says = t(`visibility.${value}`);
  return (
    <Tooltip label={says}>
      <Icon size={size} role="img" aria-label={says} />
    </Tooltip>
  );
}
