import { ActionIcon, Button, Group, Menu, Stack, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconDots } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Fault } from "../parts/fault";
import { refreshAssets } from "./assets";

/** What else can be done with something that has a name. */
export function More({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("library.menu", { title: name })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** Give something another name. */
export function NameDialog({ name, save }: { name: string; save: (name: string) => Promise<unknown> }) {
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
