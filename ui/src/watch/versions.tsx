import { Badge, Button, FileButton, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconReplace } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { $api, once, sentenceOf } from "../api/client";
import { Answer } from "../app/states";
import { bytes, clock, moment } from "../format";
import { useUploads } from "../uploads/context";
import { type Asset, changed, of } from "./data";
import classes from "./watch.module.css";

/** The sources that a recording has and had; an earlier one can be had back. */
export function Versions({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const versions = $api.useQuery("get", "/api/v1/assets/{asset_id}/versions", of(asset.id));
  const restore = $api.useMutation("post", "/api/v1/assets/{asset_id}/versions/{number}/restore", {
    onSuccess: () => changed(asset.id),
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }),
  });
  const { uploads } = useUploads();
  const ask = (number: number) =>
    modals.openConfirmModal({
      title: t("watch.versions.restoreAsk", { number }),
      children: t("watch.versions.restoreSays"),
      labels: { confirm: t("watch.versions.restore"), cancel: t("action.cancel") },
      onConfirm: () =>
        restore.mutate({
          params: { path: { asset_id: asset.id, number }, header: once() },
          body: { source_version: asset.source_version },
        }),
    });
  return (
    <Answer query={versions}>
      {({ items }) => (
        <>
          <ol className={classes.versions}>
            {items.map((each) => (
              <li key={each.number}>
                <div>
                  <Text fw={560}>
                    {t("watch.versions.number", { number: each.number })}{" "}
                    {each.current ? (
                      <Badge variant="light" radius="sm" tt="none">
                        {t("watch.versions.current")}
                      </Badge>
                    ) : null}
                  </Text>
                  <Text size="sm" c="dimmed" className="tabular">
                    {[
                      each.file_name,
                      clock(each.duration_s),
                      bytes(each.size_bytes),
                      moment(each.brought_at),
                      each.brought_by?.name,
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </Text>
                </div>
                {each.current ? null : (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={restore.isPending}
                    onClick={() => ask(each.number)}
                  >
                    {t("watch.versions.restore")}
                  </Button>
                )}
              </li>
            ))}
          </ol>
          <Group mt="md" gap="sm">
            <FileButton
              accept="video/*,audio/*"
              onChange={(file) =>
                file &&
                void uploads?.add([file], {
                  replaces: asset.id,
                  source_version: String(asset.source_version),
                })
              }
            >
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconReplace size={17} />}>
                  {t("watch.versions.replace")}
                </Button>
              )}
            </FileButton>
            <Text size="sm" c="dimmed">
              {t("watch.versions.replaceSays")}
            </Text>
          </Group>
        </>
      )}
    </Answer>
  );
}
