import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { tellWrong } from "../parts/telling";
import { changeMany, refreshAssets } from "./assets";

export type Change = Schemas["Bulk"]["change"];

/** Change many alike, and say what became of it; what was deleted can be had back at once. */
export function useBulk(ids: string[], done?: () => void) {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (change: Change) => changeMany(ids, change),
    onSuccess: async (outcomes, change) => {
      await refreshAssets();
      done?.();
      const changed = outcomes.filter((each) => each.done).map((each) => each.id);
      const refused = outcomes.find((each) => !each.done);
      if (changed.length && change.do === "delete") offerBack(t, changed);
      else if (changed.length)
        notifications.show({ message: t(`library.did.${change.do}`, { count: changed.length }) });
      if (refused)
        notifications.show({
          color: "red",
          title: t("library.refused", { count: outcomes.length - changed.length }),
          message: refused.problem,
        });
    },
    onError: tellWrong,
  });
}

function offerBack(t: ReturnType<typeof useTranslation>["t"], ids: string[]) {
  const id = crypto.randomUUID();
  async function restore() {
    notifications.hide(id);
    try {
      await changeMany(ids, { do: "restore" });
      await refreshAssets();
    } catch (error) {
      tellWrong(error);
    }
  }
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{t("library.did.delete", { count: ids.length })}</Text>
        <Button size="compact-sm" variant="light" onClick={() => void restore()}>
          {t("library.undo")}
        </Button>
      </Group>
    ),
  });
}
