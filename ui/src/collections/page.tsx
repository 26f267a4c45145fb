import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch, IconStack2 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { ago } from "../format";
import { useOpenDialog } from "../parts/open-dialog";
import { VisibilityMark } from "../parts/visibility";
import { useMayEdit } from "../session/me";
import { useCollections } from "./collections";
import style from "./collections.module.css";
import { WordsDialog } from "./words-dialog";

/** All collections, by title. */
export function Component() {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const may = useMayEdit();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [q] = useDebouncedValue(words.trim(), 200);
  const found = useCollections(q);
  const add = () =>
    open(t("collections.new"), <WordsDialog made={(id) => void navigate(`/collections/${id}`)} />);
  const button = may ? (
    <Button leftSection={<IconPlus size={17} />} onClick={add}>
      {t("collections.new")}
    </Button>
  ) : null;

  function list() {
    if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
    if (found.isPending) return <Loading rows={4} height={68} />;
    if (!found.items.length)
      return q ? (
        <Empty icon={<IconSearch size={24} />} title={t("collections.none", { q })} />
      ) : (
        <Empty icon={<IconStack2 size={24} />} title={t("collections.empty")} action={button}>
          {t("collections.emptySays")}
        </Empty>
      );
    return (
      <ul className={style.list}>
        {found.items.map((each) => (
          <li key={each.id}>
            <Link to={`/collections/${each.id}`} className={style.row}>
              <span className={style.words}>
                <strong>{each.title}</strong>
                {each.description ? <span className={style.says}>{each.description}</span> : null}
              </span>
              <span className={style.facts}>
                <VisibilityMark value={each.visibility} />
                <span>{t("collections.count", { count: each.assets })}</span>
                <span className={style.age}>{ago(each.changed_at)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Page title={t("nav.collections")} actions={found.items.length ? button : null}>
      {found.items.length > 8 || words ? (
        <TextInput
          mb="md"
          maw="24rem"
          aria-label={t("collections.search")}
          placeholder={t("collections.search")}
          leftSection={<IconSearch size={16} />}
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      ) : null}
      {list()}
      {found.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </Page>
  );
}
