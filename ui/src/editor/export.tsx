import { Alert, Anchor, Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { IconDownload, IconMovie } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api, api, once, queries, type Schemas, sentenceOf } from "../api/client";
import { bytes, span } from "../format";
import { useEditing } from "./editing";

const FILES = ["srt", "vtt", "otio", "fcpxml", "edl", "premiere"] as const;

/** Make the clip, and take it, its subtitles or its project away. */
export function Export({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const { edit, saver, status } = useEditing();
  const path = { edit_id: edit.id };
  const render = useMutation({
    mutationFn: async () => {
      const version = await saver.flush();
      const body = { version, exports: [], as_new: false };
      const params = { path, header: once() };
      const { data } = await api.POST("/api/v1/edits/{edit_id}/render", { params, body });
      return data;
    },
  });
  return (
    <Modal opened={opened} onClose={close} title={t("editor.export.title")} size="lg">
      <Stack gap="lg">
        <div>
          <Text size="sm" mb="sm">
            {t("editor.export.says")}
          </Text>
          {render.data ? <Going key={render.data.id} id={render.data.id} /> : null}
          {render.error ? (
            <Alert color="red" variant="light" role="alert" mb="sm">
              {sentenceOf(render.error)}
            </Alert>
          ) : null}
          <Button
            leftSection={<IconMovie size={17} />}
            loading={render.isPending}
            onClick={() => render.mutate()}
            data-autofocus
          >
            {t("editor.export.render")}
          </Button>
        </div>
        <div>
          <Text size="sm" fw={560}>
            {t("editor.export.files")}
          </Text>
          <Text size="sm" c="dimmed" mb="xs">
            {t("editor.export.filesSay")}
          </Text>
          <Group gap="xs">
            {FILES.map((form) => (
              <Button
                key={form}
                component="a"
                href={`/api/v1/edits/${edit.id}/files/${form}?version=${status.version}`}
                download
                size="compact-sm"
                variant="default"
              >
                {form === "premiere" ? "Premiere" : form.toUpperCase()}
              </Button>
            ))}
          </Group>
        </div>
      </Stack>
    </Modal>
  );
}

const ENDED = new Set<Schemas["RunState"]>(["succeeded", "failed", "canceled"]);

/** How far it is, and what it made. */
function Going({ id }: { id: string }) {
  const { t } = useTranslation();
  const run = $api.useQuery(
    "get",
    "/api/v1/runs/{run_id}",
    { params: { path: { run_id: id } } },
    { refetchInterval: ({ state }) => (state.data && ENDED.has(state.data.state) ? false : 1_000) },
  );
  const cancel = $api.useMutation("post", "/api/v1/runs/{run_id}/cancel", {
    onSettled: () => void queries.invalidateQueries({ queryKey: ["get", "/api/v1/runs/{run_id}"] }),
  });
  const now = run.data;
  if (!now) return run.error ? <Text c="red">{sentenceOf(run.error)}</Text> : null;
  if (now.state === "succeeded") return <Made run={now} />;
  if (ENDED.has(now.state))
    return (
      <Alert color="red" variant="light" role="alert" mb="sm">
        {now.error?.message ?? now.message}{" "}
        <Anchor component={Link} to={`/runs/${id}`}>
          {t("editor.export.run")}
        </Anchor>
      </Alert>
    );
  return (
    <Stack gap={6} mb="md">
      <Progress value={now.percent} animated aria-label={t("editor.export.progress")} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {now.message} {now.eta_s ? t("editor.export.left", { time: span(now.eta_s) }) : ""}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => cancel.mutate({ params: { path: { run_id: id } } })}
        >
          {t("action.cancel")}
        </Button>
      </Group>
    </Stack>
  );
}

function Made({ run }: { run: Schemas["RunView"] }) {
  const { t } = useTranslation();
  const result = $api.useQuery("get", "/api/v1/runs/{run_id}/result", {
    params: { path: { run_id: run.id } },
  });
  const clipId = (result.data?.value as { clip_id?: string } | undefined)?.clip_id ?? "";
  const clip = $api.useQuery(
    "get",
    "/api/v1/clips/{clip_id}",
    { params: { path: { clip_id: clipId } } },
    { enabled: !!clipId, staleTime: 0 },
  );
  const film = clip.data?.files.find((file) => file.name.endsWith(".mp4"));
  const error = result.error ?? clip.error;
  if (error) return <Text c="red">{sentenceOf(error)}</Text>;
  if (!film || !clip.data) return null;
  return (
    <Alert color="petrol" variant="light" mb="md" title={t("editor.export.done")}>
      <Group gap="md">
        <Button
          component="a"
          href={`${film.url}${film.url.includes("?") ? "&" : "?"}download=true`}
          download
          size="compact-md"
          leftSection={<IconDownload size={16} />}
        >
          {t("editor.export.download", { size: bytes(film.size_bytes) })}
        </Button>
        <Anchor component={Link} to={`/watch/${clip.data.asset_id}?clip=${clip.data.id}`} size="sm">
          {t("editor.export.clip")}
        </Anchor>
      </Group>
    </Alert>
  );
}
