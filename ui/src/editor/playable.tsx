import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, once, sentenceOf } from "../api/client";
import { useEditing } from "./editing";
import classes from "./editor.module.css";

/** Says why nothing plays, and what to do. */
export function Playable() {
  const { t } = useTranslation();
  const { edit } = useEditing();
  const share = $api.useMutation("post", "/api/v1/runs");
  return (
    <div className={classes.playable}>
      <Text size="sm">{share.data ? t("editor.playable.soon") : t("editor.playable.says")}</Text>
      {share.error ? (
        <Text size="sm" role="alert">
          {sentenceOf(share.error)}
        </Text>
      ) : null}
      {share.data ? null : (
        <Button
          size="compact-sm"
          loading={share.isPending}
          onClick={() =>
            share.mutate({
              params: { header: once() },
              body: { recipe: "share", asset_id: edit.asset_id, priority: 0 },
            })
          }
        >
          {t("editor.playable.make")}
        </Button>
      )}
    </div>
  );
}
