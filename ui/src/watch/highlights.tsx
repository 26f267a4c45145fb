import { Alert, Button, Group, Modal, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, once, sentenceOf } from "../api/client";
import type { Asset } from "./data";

const FRAMES = ["vertical-1080", "portrait-4x5", "square-1080", "wide-1080"] as const;

/** What the clips shall be; then the run is shown. */
export function Highlights({ asset, opened, close }: { asset: Asset; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { count: 8, preset: "vertical-1080", find: "" } });
  const start = $api.useMutation("post", "/api/v1/runs", {
    onSuccess: (run) => void navigate(`/runs/${run.id}`),
  });
  return (
    <Modal opened={opened} onClose={close} title={t("watch.highlights.title")}>
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
            data={FRAMES.map((value) => ({ value, label: t(`watch.highlights.frames.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("preset")}
          />
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
    </Modal>
  );
}
