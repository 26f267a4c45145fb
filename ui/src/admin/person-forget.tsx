import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries } from "../api/client";
import { Dialog } from "../parts/dialog";
import { PersonSelect } from "../parts/person-select";
import { tell } from "../parts/telling";
import type { User } from "./people";

/** Forget a person for good, and say whose their recordings are from then on. */
export function ForgetPerson({ user, close }: { user: User; close: () => void }) {
  const { t } = useTranslation();
  const [heir, setHeir] = useState<string | null>(null);
  const forget = $api.useMutation("post", "/api/v1/users/{user_id}/forget", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      tell(t("admin.person.isForgotten"));
      close();
    },
  });
  return (
    <Dialog
      opened
      danger
      close={close}
      title={t("admin.person.forgetTitle", { name: user.name })}
      button={t("admin.person.forget")}
      busy={forget.isPending}
      error={forget.error}
      onSubmit={() => forget.mutate({ params: { path: { user_id: user.id } }, body: { heir_id: heir } })}
    >
      <Text>{t("admin.person.forgetSays")}</Text>
      <PersonSelect
        label={t("admin.person.heir")}
        description={t("admin.person.heirSays")}
        value={heir}
        onChange={setHeir}
      />
    </Dialog>
  );
}
