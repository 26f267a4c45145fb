import { ActionIcon, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconDotsVertical, IconDownload, IconFileText, IconTrash, IconUserShare } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, queries, sentenceOf } from "../api/client";
import { bytes } from "../format";
import { useMe } from "../session/me";
import { type Asset, of, useTranscript } from "./data";
import { GiveAway } from "./give-away";

const FORMS = ["srt", "vtt", "txt"] as const;

/** What is done rarely: saving, giving away, deleting. */
export function More({ asset, mayEdit }: { asset: Asset; mayEdit: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const said = useTranscript(asset.id).data;
  const [giving, setGiving] = useState(false);
  const remove = $api.useMutation("delete", "/api/v1/assets/{asset_id}", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["assets"] });
      notifications.show({ message: t("watch.deleted", { title: asset.title }) });
      await navigate("/library");
    },
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }),
  });
  const owns = mayEdit && (me.role === "admin" || asset.owner_id === me.id);
  const ask = () =>
    modals.openConfirmModal({
      title: t("watch.deleteAsk"),
      children: t("watch.deleteSays", { title: asset.title }),
      labels: { confirm: t("watch.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => remove.mutate(of(asset.id)),
    });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("watch.more")}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={asset.original_url} leftSection={<IconDownload size={16} />}>
            {t("watch.original", { size: bytes(asset.size_bytes) })}
          </Menu.Item>
          {said?.words.length
            ? FORMS.map((form) => (
                <Menu.Item
                  key={form}
                  component="a"
                  href={`/api/v1/assets/${asset.id}/transcript?form=${form}`}
                  download={`${asset.title}.${form}`}
                  leftSection={<IconFileText size={16} />}
                >
                  {t("watch.transcriptAs", { form: form.toUpperCase() })}
                </Menu.Item>
              ))
            : null}
          {owns ? (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconUserShare size={16} />} onClick={() => setGiving(true)}>
                {t("watch.giveAway.open")}
              </Menu.Item>
            </>
          ) : null}
          {mayEdit ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask}>
              {t("watch.delete")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <GiveAway asset={asset} opened={giving} close={() => setGiving(false)} />
    </>
  );
}
