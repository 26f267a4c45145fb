import { ActionIcon, Button, Group, Menu, Stack, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconDots } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "../parts/asking";
import { Fault } from "../parts/fault";
import { useOpenDialog } from "../parts/open-dialog";
import { tellWrong } from "../parts/telling";
import { refreshAssets } from "./assets";

/** What follows on a change: cards and lists show names. */
export const after = { onSuccess: refreshAssets, onError: tellWrong };

interface MoreProps {
  name: string;
  rename: (name: string) => Promise<unknown>;
  remove: () => Promise<unknown>;
  /** What is asked before it is removed. */
  sure: string;
  says: string;
  /** What else can be done. */
  children?: ReactNode;
}

/** Rename or delete something that has a name, or what else can be done with it. */
export function More({ name, rename, remove, sure, says, children }: MoreProps) {
  const { t } = useTranslation();
  const ask = useAsk();
  const open = useOpenDialog();
  const removal = useMutation({ mutationFn: remove, ...after });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("library.menu", { title: name })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => open(t("organise.rename"), <NameDialog name={name} save={rename} />)}>
          {t("organise.rename")}
        </Menu.Item>
        {children}
        <Menu.Item
          color="red"
          onClick={() => ask({ title: sure, says, button: t("action.delete"), act: () => removal.mutate() })}
        >
          {t("action.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Give something another name. */
function NameDialog({ name, save }: { name: string; save: (name: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const [given, setGiven] = useState(name);
  const rename = useMutation({
    mutationFn: () => save(given.trim()),
    onSuccess: async () => {
      await refreshAssets();
      modals.closeAll();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    rename.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("organise.name")}
          value={given}
          maxLength={100}
          required
          data-autofocus
          onChange={(event) => setGiven(event.currentTarget.value)}
        />
        <Fault error={rename.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={rename.isPending}>
            {t("action.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
