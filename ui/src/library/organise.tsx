import { ActionIcon, Button, Group, Menu, Select, Stack, TextInput, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconArrowDown, IconArrowUp, IconDots, IconPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api, api, once, type Schemas } from "../api/client";
import { Page } from "../app/page";
import { Answer } from "../app/states";
import { useAsk } from "../parts/asking";
import { Fault } from "../parts/fault";
import { useOpenDialog } from "../parts/open-dialog";
import { tellWrong } from "../parts/telling";
import { useMe } from "../session/me";
import { refreshAssets } from "./assets";
import style from "./organise.module.css";

type Category = Schemas["CategoryView"];
type Tag = Schemas["TagView"];

/** Categories in their order, and tags: administrators keep both tidy. */
export function Component() {
  const { t } = useTranslation();
  const admin = useMe().role === "admin";
  const categories = $api.useQuery("get", "/api/v1/categories", {});
  const tags = $api.useQuery("get", "/api/v1/tags", { params: { query: { limit: 200 } } });
  return (
    <Page title={t("organise.title")}>
      <div className={style.two}>
        <section aria-labelledby="categories">
          <Title order={2} id="categories">
            {t("organise.categories")}
          </Title>
          <Answer query={categories}>
            {({ items }) => (
              <>
                {items.length ? (
                  <ol className={style.list}>
                    {items.map((each) => (
                      <CategoryRow key={each.id} category={each} last={items.length - 1} admin={admin} />
                    ))}
                  </ol>
                ) : (
                  <p className={style.none}>{t("organise.noCategory")}</p>
                )}
                {admin ? <NewCategory /> : null}
              </>
            )}
          </Answer>
        </section>
        <section aria-labelledby="tags">
          <Title order={2} id="tags">
            {t("organise.tags")}
          </Title>
          <Answer query={tags}>
            {({ items }) =>
              items.length ? (
                <ul className={style.list}>
                  {items.map((each) => (
                    <TagRow
                      key={each.id}
                      tag={each}
                      others={items.filter(({ id }) => id !== each.id)}
                      admin={admin}
                    />
                  ))}
                </ul>
              ) : (
                <p className={style.none}>{t("organise.noTag")}</p>
              )
            }
          </Answer>
        </section>
      </div>
    </Page>
  );
}

const after = { onSuccess: refreshAssets, onError: tellWrong };

interface CategoryRowProps {
  category: Category;
  last: number;
  admin: boolean;
}

function CategoryRow({ category, last, admin }: CategoryRowProps) {
  const { t } = useTranslation();
  const ask = useAsk();
  const open = useOpenDialog();
  const params = { path: { category_id: category.id } };
  const { name, position } = category;
  const move = useMutation({
    mutationFn: (to: number) =>
      api.PATCH("/api/v1/categories/{category_id}", { params, body: { position: to } }),
    ...after,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/categories/{category_id}", { params }),
    ...after,
  });
  const rename = (to: string) =>
    api.PATCH("/api/v1/categories/{category_id}", { params, body: { name: to } });
  return (
    <li className={style.row}>
      <Link to={`/library?category=${category.id}`}>{name}</Link>
      <span className={style.count}>{category.assets}</span>
      {admin ? (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("collections.up", { title: name })}
            disabled={position === 0}
            onClick={() => move.mutate(position - 1)}
          >
            <IconArrowUp size={17} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("collections.down", { title: name })}
            disabled={position === last}
            onClick={() => move.mutate(position + 1)}
          >
            <IconArrowDown size={17} />
          </ActionIcon>
          <More name={name}>
            <Menu.Item onClick={() => open(t("organise.rename"), <NameDialog name={name} save={rename} />)}>
              {t("organise.rename")}
            </Menu.Item>
            <Menu.Item
              color="red"
              onClick={() =>
                ask({
                  title: t("organise.sureCategory", { name }),
                  says: t("organise.sureCategorySays"),
                  button: t("action.delete"),
                  act: () => remove.mutate(),
                })
              }
            >
              {t("action.delete")}
            </Menu.Item>
          </More>
        </>
      ) : null}
    </li>
  );
}

function NewCategory() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const add = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/categories", { params: { header: once() }, body: { name: name.trim() } }),
    onSuccess: async () => {
      setName("");
      await refreshAssets();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="sm">
        <Group wrap="nowrap" align="flex-end">
          <TextInput
            flex={1}
            label={t("organise.newCategory")}
            value={name}
            maxLength={100}
            required
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<IconPlus size={16} />}
            loading={add.isPending}
          >
            {t("library.add")}
          </Button>
        </Group>
        <Fault error={add.error} />
      </Stack>
    </form>
  );
}

interface TagRowProps {
  tag: Tag;
  others: Tag[];
  admin: boolean;
}

function TagRow({ tag, others, admin }: TagRowProps) {
  const { t } = useTranslation();
  const ask = useAsk();
  const open = useOpenDialog();
  const params = { path: { tag_id: tag.id } };
  const { name } = tag;
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/tags/{tag_id}", { params }),
    ...after,
  });
  const rename = (to: string) => api.PATCH("/api/v1/tags/{tag_id}", { params, body: { name: to } });
  return (
    <li className={style.row}>
      <Link to={`/library?tag=${encodeURIComponent(name)}`}>{name}</Link>
      <span className={style.count}>{tag.assets}</span>
      {admin ? (
        <More name={name}>
          <Menu.Item onClick={() => open(t("organise.rename"), <NameDialog name={name} save={rename} />)}>
            {t("organise.rename")}
          </Menu.Item>
          <Menu.Item
            disabled={!others.length}
            onClick={() => open(t("organise.mergeOne", { name }), <MergeDialog tag={tag} others={others} />)}
          >
            {t("organise.merge")}
          </Menu.Item>
          <Menu.Item
            color="red"
            onClick={() =>
              ask({
                title: t("organise.sureTag", { name }),
                says: t("organise.sureTagSays"),
                button: t("action.delete"),
                act: () => remove.mutate(),
              })
            }
          >
            {t("action.delete")}
          </Menu.Item>
        </More>
      ) : null}
    </li>
  );
}

function More({ name, children }: { name: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("library.menu", { title: name })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

function NameDialog({ name, save }: { name: string; save: (name: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const [given, setGiven] = useState(name);
  const rename = useMutation({
    mutationFn: () => save(given.trim()),
    onSuccess: async () => {
      await refreshAssets();
      modals.closeAll();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    rename.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("organise.name")}
          value={given}
          maxLength={100}
          required
          data-autofocus
          onChange={(event) => setGiven(event.currentTarget.value)}
        />
        <Fault error={rename.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={rename.isPending}>
            {t("action.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MergeDialog({ tag, others }: { tag: Tag; others: Tag[] }) {
  const { t } = useTranslation();
  const [into, setInto] = useState<string | null>(null);
  const merge = useMutation({
    mutationFn: (to: string) =>
      api.POST("/api/v1/tags/{tag_id}/merge", { params: { path: { tag_id: tag.id } }, body: { into: to } }),
    onSuccess: async () => {
      await refreshAssets();
      modals.closeAll();
    },
  });
  return (
    <Stack>
      <Select
        label={t("organise.into")}
        data={others.map((each) => ({ value: each.id, label: each.name }))}
        value={into}
        onChange={setInto}
        searchable
        data-autofocus
      />
      <Fault error={merge.error} />
      <Group justify="flex-end">
        <Button disabled={!into} loading={merge.isPending} onClick={() => into && merge.mutate(into)}>
          {t("organise.merge")}
        </Button>
      </Group>
    </Stack>
  );
}
