import { ActionIcon, Button, Kbd, SegmentedControl, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconFilter, IconLayoutGrid, IconList, IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { narrowedBy, ORDERS, type Wanted } from "./filters";
import style from "./library.module.css";

/** How the list is shown, kept in this browser. */
export type Face = "grid" | "list";

interface ToolbarProps {
  wanted: Wanted;
  set: (name: string, value: string | null) => void;
  face: Face;
  setFace: (face: Face) => void;
  filtersOpen: boolean;
  toggleFilters: () => void;
}

export function Toolbar({ wanted, set, face, setFace, filtersOpen, toggleFilters }: ToolbarProps) {
  const { t } = useTranslation();
  const narrowed = narrowedBy(wanted).length;
  return (
    <>
      <SearchField q={wanted.q} set={set} />
      <Button
        variant={narrowed ? "light" : "default"}
        leftSection={<IconFilter size={16} />}
        aria-expanded={filtersOpen}
        onClick={toggleFilters}
      >
        {narrowed ? t("library.filtered", { count: narrowed }) : t("library.filters")}
      </Button>
      <Select
        className={style.sort}
        aria-label={t("library.sort")}
        data={ORDERS.map((order) => ({ value: order, label: t(`library.order.${order}`) }))}
        value={wanted.sort}
        onChange={(value) => set("sort", value)}
        allowDeselect={false}
        disabled={Boolean(wanted.q)}
        comboboxProps={{ width: 210, position: "bottom-end" }}
      />
      <SegmentedControl
        aria-label={t("library.face")}
        value={face}
        onChange={(value) => setFace(value as Face)}
        data={[
          { value: "grid", label: <FaceIcon name={t("library.grid")} icon={<IconLayoutGrid size={17} />} /> },
          { value: "list", label: <FaceIcon name={t("library.lines")} icon={<IconList size={17} />} /> },
        ]}
      />
    </>
  );
}

function FaceIcon({ name, icon }: { name: string; icon: React.ReactNode }) {
  return (
    <Tooltip label={name}>
      <span className={style.face}>
        {icon}
        <span className={style.unseen}>{name}</span>
      </span>
    </Tooltip>
  );
}

function SearchField({ q, set }: { q: string; set: ToolbarProps["set"] }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(q);
  const write = useDebouncedCallback((value: string) => set("q", value.trim() || null), 200);
  useHotkeys([["/", () => field.current?.select()]]);
  // The address may change without the field: the way back, a link.
  useEffect(() => {
    if (document.activeElement !== field.current) setWords(q);
  }, [q]);
  function change(value: string) {
    setWords(value);
    write(value);
  }
  return (
    <TextInput
      ref={field}
      className={style.search}
      type="search"
      role="searchbox"
      aria-label={t("library.search")}
      placeholder={t("library.searchIn")}
      leftSection={<IconSearch size={16} />}
      rightSection={
        words ? (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t("library.clearSearch")}
            onClick={() => {
              change("");
              field.current?.focus();
            }}
          >
            <IconX size={15} />
          </ActionIcon>
        ) : (
          <Kbd size="xs" aria-hidden>
            /
          </Kbd>
        )
      }
      maxLength={200}
      value={words}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && words) {
          event.stopPropagation();
          change("");
        }
      }}
    />
  );
}
