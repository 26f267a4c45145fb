import { Divider, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me";
import { Links } from "../shares/links";
import { AudienceForm } from "./audience";
import type { Asset } from "./data";

/** Who finds it here, and links for those who have no account. */
export function ShareDialog({ asset, opened, close }: { asset: Asset; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const owns = me.role === "admin" || asset.owner_id === me.id;
  return (
    <Modal opened={opened} onClose={close} title={t("watch.share.title", { title: asset.title })} size="lg">
      {owns ? (
        <>
          <AudienceForm asset={asset} />
          <Divider my="lg" />
        </>
      ) : null}
      <Links of={{ kind: "asset", id: asset.id }} />
    </Modal>
  );
}
