import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconEdit,
  IconKey,
  IconLockOpen,
  IconLogout,
  IconShieldOff,
  IconUserOff,
  IconUserX,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries } from "../api/client";
import { useAsk } from "../parts/asking";
import { ShownOnce } from "../parts/shown-once";
import { tell, tellWrong } from "../parts/telling";
import type { User } from "./people";
import { ForgetPerson } from "./person-forget";
import { PersonForm } from "./person-form";

/** What an administrator can do for a person, or about one. */
export function PersonMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const [open, setOpen] = useState<"form" | "forget" | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const name = user.name;
  const path = { params: { path: { user_id: user.id } } };
  const after = (said: string) => ({
    onSuccess: () => {
      tell(said);
      return queries.invalidateQueries({ queryKey: ["users"] });
    },
    onError: tellWrong,
  });
  const disable = $api.useMutation(
    "post",
    "/api/v1/users/{user_id}/disable",
    after(t("admin.person.isDisabled", { name })),
  );
  const enable = $api.useMutation(
    "post",
    "/api/v1/users/{user_id}/enable",
    after(t("admin.person.isEnabled", { name })),
  );
  const signOut = $api.useMutation(
    "delete",
    "/api/v1/users/{user_id}/sessions",
    after(t("admin.person.isOut", { name })),
  );
  const factors = $api.useMutation(
    "delete",
    "/api/v1/users/{user_id}/factors",
    after(t("admin.person.areReset", { name })),
  );
  const reset = $api.useMutation("post", "/api/v1/users/{user_id}/reset-link", {
    onSuccess: (made) => setLink(made.link),
    onError: tellWrong,
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("admin.moreOf", { name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setOpen("form")}>
            {t("admin.person.edit")}
          </Menu.Item>
          {user.active ? (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => reset.mutate(path)}>
              {t("admin.person.resetLink")}
            </Menu.Item>
          ) : null}
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() =>
              ask({
                title: t("admin.person.signOut"),
                says: t("admin.person.signOutSays", { name }),
                button: t("admin.person.signOutButton"),
                act: () => signOut.mutate(path),
              })
            }
          >
            {t("admin.person.signOut")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconShieldOff size={16} />}
            onClick={() =>
              ask({
                title: t("admin.person.factors"),
                says: t("admin.person.factorsSays", { name }),
                button: t("admin.person.factorsButton"),
                act: () => factors.mutate(path),
              })
            }
          >
            {t("admin.person.factors")}
          </Menu.Item>
          <Menu.Divider />
          {user.active ? (
            <Menu.Item
              leftSection={<IconUserOff size={16} />}
              onClick={() =>
                ask({
                  title: t("admin.person.disable"),
                  says: t("admin.person.disableSays", { name }),
                  button: t("admin.person.disable"),
                  act: () => disable.mutate(path),
                })
              }
            >
              {t("admin.person.disable")}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<IconLockOpen size={16} />} onClick={() => enable.mutate(path)}>
                {t("admin.person.enable")}
              </Menu.Item>
              <Menu.Item leftSection={<IconUserX size={16} />} onClick={() => setOpen("forget")}>
                {t("admin.person.forget")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === "form" ? <PersonForm user={user} close={() => setOpen(null)} /> : null}
      {open === "forget" ? <ForgetPerson user={user} close={() => setOpen(null)} /> : null}
      <ShownOnce
        title={t("admin.person.resetLink")}
        says={t("admin.person.resetLinkSays", { name })}
        label={t("admin.link")}
        value={link}
        close={() => setLink(null)}
      />
    </>
  );
}
