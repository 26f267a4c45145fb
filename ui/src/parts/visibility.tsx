import { IconBuilding, IconLink, IconLock, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import style from "./visibility.module.css";

const ICONS = { private: IconLock, group: IconUsers, instance: IconBuilding, link: IconLink };

/** Who finds it, as a mark that says so. */
export function VisibilityMark({ value, size = 15 }: { value: Schemas["Visibility"]; size?: number }) {
  const { t } = useTranslation();
  const Icon = ICONS[value];
  const says = t(`visibility.${value}`);
  return (
    // The browser's own tip: a list has hundreds of them.
    <span role="img" aria-label={says} title={says} className={style.mark}>
      <Icon size={size} aria-hidden />
    </span>
  );
}
