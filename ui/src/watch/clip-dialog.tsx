import { Button, Group, Modal, Skeleton } from "@mantine/core";
import { IconDownload, IconScissors } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { $api, once, type Schemas } from "../api/client";
import { Failed } from "../app/states";
import { Fault } from "../parts/fault";
import classes from "./clips.module.css";

/** The clip that the address names, played over the page. */
export function ClipDialog({ mayEdit }: { mayEdit: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const id = search.get("clip") ?? "";
  const clip = $api.useQuery(
    "get",
    "/api/v1/clips/{clip_id}",
    { params: { path: { clip_id: id } } },
    { enabled: id !== "" },
  );
  const close = () =>
    setSearch(
      (before) => {
        const left = new URLSearchParams(before);
        left.delete("clip");
        return left;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <Modal opened={id !== ""} onClose={close} title={clip.data?.title ?? t("watch.clips.tab")} size="auto">
      {clip.error ? <Failed error={clip.error} retry={() => void clip.refetch()} /> : null}
      {clip.isPending ? <Skeleton className={classes.coming} /> : null}
      {clip.data ? <Playing clip={clip.data} mayEdit={mayEdit} /> : null}
    </Modal>
  );
}

function Playing({ clip, mayEdit }: { clip: Schemas["ClipView"]; mayEdit: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const edit = $api.useMutation("post", "/api/v1/edits", {
    onSuccess: (opened) => navigate(`/edit/${opened.id}`),
  });
  const at = `/api/v1/clips/${clip.id}/files`;
  const captioned = clip.files.some(({ name }) => name === "clip.vtt");
  return (
    <div className={classes.clipPlayer}>
      <video src={`${at}/clip.mp4`} poster={`${at}/poster.jpg`} controls autoPlay>
        {captioned ? <track kind="captions" src={`${at}/clip.vtt`} label={t("watch.captions")} /> : null}
      </video>
      <Fault error={edit.error} />
      <Group mt="sm" grow>
        {mayEdit ? (
          <Button
            leftSection={<IconScissors size={17} />}
            loading={edit.isPending}
            onClick={() => edit.mutate({ params: { header: once() }, body: { clip_id: clip.id } })}
          >
            {t("watch.clips.edit")}
          </Button>
        ) : null}
        <Button
          component="a"
          href={`${at}/clip.mp4?download=true`}
          variant="default"
          leftSection={<IconDownload size={17} />}
        >
          {t("watch.clips.download")}
        </Button>
      </Group>
    </div>
  );
}
