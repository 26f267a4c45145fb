import { Button, Group } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconFilterOff, IconLink, IconMovie, IconSchool, IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, once } from "../api/client";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { useImportDialog } from "../imports/dialog";
import { tellWrong } from "../parts/telling";
import { useMayEdit } from "../session/me";
import { useUploads } from "../uploads/context";
import { useAssets } from "./assets";
import { BulkBar } from "./bulk-bar";
import { FilterBar } from "./filter-bar";
import { FILTER_NAMES, narrowedBy, readWanted, withWanted } from "./filters";
import { Grid, GridLoading } from "./grid";
import style from "./library.module.css";
import { QuotaBar } from "./quota";
import { Results } from "./results";
import { useSelection } from "./selection";
import { AssetTable } from "./table";
import { type Face, Toolbar } from "./toolbar";

export function Component() {
  const { t } = useTranslation();
  const may = useMayEdit();
  const { wanted, set, clear } = useWanted();
  const [face, setFace] = useLocalStorage<Face>({ key: "cutroom-library", defaultValue: "grid" });
  // The button that was pressed is seen pressed before all cards are there.
  const shownAs = useDeferredValue(face);
  const narrowed = narrowedBy(wanted).length > 0;
  const [open, setOpen] = useState(narrowed);
  const assets = useAssets(wanted);
  const ids = useMemo(() => assets.items.map((asset) => asset.id), [assets.items]);
  const selection = useSelection(ids, JSON.stringify(wanted));

  function list() {
    if (wanted.q) return <Results wanted={wanted} />;
    if (assets.error) return <Failed error={assets.error} retry={() => void assets.refetch()} />;
    if (assets.isPending) return shownAs === "grid" ? <GridLoading /> : <Loading rows={10} height={56} />;
    if (!assets.items.length) return narrowed ? <NothingLeft clear={clear} /> : <NothingYet />;
    const shown = {
      assets: assets.items,
      selection: may ? selection : null,
      more: assets.hasNextPage && !assets.isFetchingNextPage,
      loadMore: () => void assets.fetchNextPage(),
    };
    return shownAs === "grid" ? <Grid {...shown} /> : <AssetTable {...shown} />;
  }

  const blank = !wanted.q && !narrowed && !assets.isPending && !assets.error && !assets.items.length;
  return (
    <Page title={t("nav.library")} actions={may ? <Bring /> : null}>
      {blank ? null : (
        <div className={style.bar} data-selecting={selection.chosen.size > 0 || undefined}>
          {selection.chosen.size ? (
            <BulkBar selection={selection} loaded={ids.length} />
          ) : (
            <Toolbar
              wanted={wanted}
              set={set}
              face={face}
              setFace={setFace}
              filtersOpen={open}
              toggleFilters={() => setOpen(!open)}
            />
          )}
        </div>
      )}
      {open && !blank ? <FilterBar wanted={wanted} set={set} clear={clear} /> : null}
      {list()}
    </Page>
  );
}

function useWanted() {
  const [search, setSearch] = useSearchParams();
  const wanted = useMemo(() => readWanted(search), [search]);
  return {
    wanted,
    // Words are typed letter by letter: the way back leads to before the first.
    set: (name: string, value: string | null) =>
      setSearch((before) => withWanted(before, name, value), {
        replace: name === "q" && Boolean(wanted.q),
        preventScrollReset: true,
      }),
    clear: () =>
      setSearch((before) => FILTER_NAMES.reduce((left, name) => withWanted(left, name, null), before)),
  };
}

/** How recordings come in. */
function Bring() {
  const { t } = useTranslation();
  const { choose } = useUploads();
  const importLink = useImportDialog();
  return (
    <>
      <QuotaBar />
      <Button variant="default" leftSection={<IconLink size={17} />} onClick={importLink}>
        {t("library.fromLink")}
      </Button>
      <Button leftSection={<IconUpload size={17} />} onClick={choose}>
        {t("uploads.upload")}
      </Button>
    </>
  );
}

function NothingYet() {
  const { t } = useTranslation();
  const may = useMayEdit();
  const { choose } = useUploads();
  const navigate = useNavigate();
  const sample = useMutation({
    mutationFn: () => api.POST("/api/v1/samples", { params: { header: once() } }),
    onSuccess: ({ data }) => data && navigate(`/runs/${data.id}`),
    onError: tellWrong,
  });
  return (
    <Empty
      icon={<IconMovie size={24} />}
      title={t("library.empty.title")}
      action={
        may ? (
          <Group justify="center">
            <Button leftSection={<IconUpload size={17} />} onClick={choose}>
              {t("library.empty.choose")}
            </Button>
            <Button
              variant="default"
              leftSection={<IconSchool size={17} />}
              loading={sample.isPending}
              onClick={() => sample.mutate()}
            >
              {t("library.empty.sample")}
            </Button>
          </Group>
        ) : null
      }
    >
      {may ? t("library.empty.says") : t("library.empty.viewer")}
    </Empty>
  );
}

function NothingLeft({ clear }: { clear: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconFilterOff size={24} />}
      title={t("library.narrow.title")}
      action={
        <Button variant="default" onClick={clear}>
          {t("library.clearFilters")}
        </Button>
      }
    >
      {t("library.narrow.says")}
    </Empty>
  );
}
