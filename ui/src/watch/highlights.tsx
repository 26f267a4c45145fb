import { Alert, Button, Group, Modal, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, once, sentenceOf } from "../api/client";
import { useKits } from "../brands/brands";
import { PRESETS, useStyles } from "../review/proposals";
import type { Asset } from "./data";

interface HighlightsProps {
  asset: Asset;
  opened: boolean;
  close: () => void;
}

/** What the clips shall be; then the run is shown. */
export function Highlights({ asset, opened, close }: HighlightsProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={t("watch.highlights.title")}>
      <Wanted asset={asset} close={close} />
    </Modal>
  );
}

/** What it offers is asked for once it is opened. */
function Wanted({ asset, close }: Omit<HighlightsProps, "opened">) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const styles = useStyles();
  const kits = useKits();
  const form = useForm({
    initialValues: {
      count: 8,
      preset: "vertical-1080",
      captions: "karaoke",
      brand_id: null as string | null,
      find: "",
    },
  });
  const start = $api.useMutation("post", "/api/v1/runs", {
    onSuccess: (run) => void navigate(`/runs/${run.id}`),
  });
  return (
    <form
      onSubmit={form.onSubmit(({ find, ...wanted }) =>
        start.mutate({
          params: { header: once() },
          body: {
            recipe: "highlights",
            asset_id: asset.id,
            priority: 0,
            params: find.trim() ? { ...wanted, find: find.trim() } : wanted,
          },
        }),
      )}
    >
      <Stack>
        <NumberInput
          label={t("watch.highlights.count")}
          min={1}
          max={50}
          clampBehavior="strict"
          required
          {...form.getInputProps("count")}
        />
        <Select
          label={t("watch.highlights.frame")}
          data={PRESETS.map((value) => ({ value, label: t(`review.preset.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("preset")}
        />
        <Select
          label={t("watch.highlights.captions")}
          data={styles.map((value) => ({
            value,
            label: value === "none" ? t("review.noCaptions") : value,
          }))}
          allowDeselect={false}
          {...form.getInputProps("captions")}
        />
        {kits.length > 0 ? (
          <Select
            label={t("watch.highlights.kit")}
            placeholder={t("watch.highlights.noKit")}
            data={kits}
            clearable
            clearButtonProps={{ "aria-label": t("watch.highlights.noKit") }}
            {...form.getInputProps("brand_id")}
          />
        ) : null}
        <TextInput
          label={t("watch.highlights.find")}
          description={t("watch.highlights.findSays")}
          maxLength={300}
          {...form.getInputProps("find")}
        />
        {start.error ? (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(start.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={start.isPending}>
            {t("watch.makeHighlights")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
