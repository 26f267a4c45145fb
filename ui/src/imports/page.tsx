import { ActionIcon, Button, Progress, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconLink, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, queries } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { ago, moment } from "../format";
import { refreshAssets } from "../library/assets";
import { tellWrong } from "../parts/telling";
import { useMayEdit } from "../session/me";
import { useImportDialog } from "./dialog";
import { type Import, isOver, useImport } from "./imports";
import style from "./imports.module.css";

/** What was asked for from links and folders, newest first. */
export function Component() {
  const { t } = useTranslation();
  const ask = useImportDialog();
  const may = useMayEdit();
  const imports = usePages(["imports"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/imports", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  const button = may ? (
    <Button leftSection={<IconLink size={17} />} onClick={ask}>
      {t("imports.title")}
    </Button>
  ) : null;
  function list() {
    if (imports.error) return <Failed error={imports.error} retry={() => void imports.refetch()} />;
    if (imports.isPending) return <Loading rows={5} height={60} />;
    if (!imports.items.length)
      return (
        <Empty icon={<IconLink size={24} />} title={t("imports.empty")} action={button}>
          {t("imports.emptySays")}
        </Empty>
      );
    return (
      <ul className={style.list} aria-label={t("imports.list")}>
        {imports.items.map((each) => (
          <Row key={each.id} made={each} />
        ))}
      </ul>
    );
  }
  return (
    <Page title={t("imports.list")} actions={imports.items.length ? button : null}>
      {list()}
      {imports.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={imports.isFetchingNextPage}
          onClick={() => void imports.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </Page>
  );
}

function Row({ made }: { made: Import }) {
  const { t } = useTranslation();
  const title = made.title ?? made.info?.title ?? made.source;
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/imports/{import_id}", { params: { path: { import_id: made.id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["imports"] }),
    onError: tellWrong,
  });
  return (
    <li className={style.row}>
      <div className={style.words}>
        {made.asset_id ? (
          <Link to={`/watch/${made.asset_id}`} className={style.title}>
            {title}
          </Link>
        ) : (
          <span className={style.title}>{title}</span>
        )}
        <span className={style.facts} title={made.source}>
          {title === made.source ? t(`imports.bases.${made.basis}`) : made.source}
        </span>
      </div>
      <div className={style.state}>{isOver(made) ? <Ended made={made} /> : <Live made={made} />}</div>
      <time className={style.age} dateTime={made.created_at} title={moment(made.created_at)}>
        {ago(made.created_at)}
      </time>
      <Tooltip label={t(isOver(made) ? "imports.forgetTip" : "imports.endTip")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          loading={remove.isPending}
          aria-label={t(isOver(made) ? "imports.forget" : "imports.end", { title })}
          onClick={() => remove.mutate()}
        >
          <IconX size={17} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

function Ended({ made }: { made: Import }) {
  const { t } = useTranslation();
  if (made.state === "failed")
    return (
      <span className={style.why} title={made.reason ?? undefined}>
        <IconAlertTriangle size={15} aria-hidden />
        <span>{made.reason ?? t("imports.failed")}</span>
      </span>
    );
  return <span className={style.facts}>{t(`imports.state.${made.state ?? "succeeded"}`)}</span>;
}

function Live({ made }: { made: Import }) {
  const { t } = useTranslation();
  const { run } = useImport(made.id, () => {
    void queries.invalidateQueries({ queryKey: ["imports"] });
    void refreshAssets();
  });
  return (
    <div className={style.live}>
      <Progress
        value={run?.percent ?? 0}
        size={4}
        animated
        aria-label={t("imports.progressOf", { title: made.source })}
      />
      <span className={style.facts}>
        {made.run_id ? <Link to={`/runs/${made.run_id}`}>{run?.message || t("imports.waits")}</Link> : null}
      </span>
    </div>
  );
}
