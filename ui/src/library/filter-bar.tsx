import { Anchor, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "../api/client";
import { FILTER_NAMES, narrowedBy, STATES, VISIBILITIES, type Wanted } from "./filters";
import style from "./library.module.css";
import { useTagNames } from "./tag-dialog";

interface FilterBarProps {
  wanted: Wanted;
  set: (name: string, value: string | null) => void;
  clear: () => void;
}

/** What narrows the list. */
export function FilterBar({ wanted, set, clear }: FilterBarProps) {
  const { t } = useTranslation();
  const categories = useCategories();
  const tags = useTagNames();
  const people = $api.useQuery("get", "/api/v1/directory/people", { params: { query: { limit: 200 } } }).data;
  const named = (row: { id: string; name: string }) => ({ value: row.id, label: row.name });
  const choices = {
    state: STATES.map((value) => ({ value, label: t(`library.state.${value}`) })),
    category: categories.map(named),
    tag: tags.includes(wanted.tag ?? "") || !wanted.tag ? tags : [wanted.tag, ...tags],
    owner: people?.items.map(named) ?? [],
    visibility: VISIBILITIES.map((value) => ({ value, label: t(`visibility.short.${value}`) })),
  };
  return (
    <div className={style.filters}>
      {FILTER_NAMES.map((name) => (
        <Select
          key={name}
          size="sm"
          label={t(`library.filter.${name}`)}
          placeholder={t("library.any")}
          data={choices[name]}
          value={wanted[name] ?? null}
          onChange={(value) => set(name, value)}
          // What is said in recordings is searched whatever became of them.
          disabled={Boolean(wanted.q) && (name === "state" || name === "visibility")}
          searchable={name !== "state" && name !== "visibility"}
          nothingFoundMessage={t("library.none")}
          clearable
          clearButtonProps={{ "aria-label": t("library.clearFilter") }}
        />
      ))}
      <div className={style.filterActions}>
        <Anchor component={Link} to="/library/organise" size="sm">
          {t("library.organise")}
        </Anchor>
        {narrowedBy(wanted).length ? (
          <Anchor component="button" type="button" size="sm" onClick={clear}>
            {t("library.clearFilters")}
          </Anchor>
        ) : null}
      </div>
    </div>
  );
}

export function useCategories() {
  return $api.useQuery("get", "/api/v1/categories", {}, { staleTime: 60_000 }).data?.items ?? [];
}
