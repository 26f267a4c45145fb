import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconLink, IconPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, once, type Schemas } from "../api/client";
import { Fault } from "../parts/fault";
import { useOpenDialog } from "../parts/open-dialog";
import { useMayEdit } from "../session/me";
import { Links } from "../shares/links";
import { refreshAssets } from "./assets";
import { after, More } from "./named";
import style from "./organise.module.css";

type Category = Schemas["CategoryView"];

interface CategoryRowProps {
  category: Category;
  last: number;
  admin: boolean;
}

/** A category, with what may be done with it. */
export function CategoryRow({ category, last, admin }: CategoryRowProps) {
  const { t } = useTranslation();
  const open = useOpenDialog();
  const params = { path: { category_id: category.id } };
  const { name, position } = category;
  const mayShare = useMayEdit();
  const move = useMutation({
    mutationFn: (to: number) =>
      api.PATCH("/api/v1/categories/{category_id}", { params, body: { position: to } }),
    ...after,
  });
  return (
    <li className={style.row}>
      <Link to={`/library?category=${category.id}`}>{name}</Link>
      <span className={style.count}>{category.assets}</span>
      {mayShare ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("organise.share", { name })}
          onClick={() =>
            open(
              t("organise.share", { name }),
              <Stack>
                <Text size="sm" c="dimmed">
                  {t(admin ? "organise.shareSaysAdmin" : "organise.shareSays")}
                </Text>
                <Links of={{ kind: "category", id: category.id }} />
              </Stack>,
              "lg",
            )
          }
        >
          <IconLink size={17} />
        </ActionIcon>
      ) : null}
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
          <More
            name={name}
            rename={(to) => api.PATCH("/api/v1/categories/{category_id}", { params, body: { name: to } })}
            remove={() => api.DELETE("/api/v1/categories/{category_id}", { params })}
            sure={t("organise.sureCategory", { name })}
            says={t("organise.sureCategorySays")}
          />
        </>
      ) : null}
    </li>
  );
}

/** Make a category. */
export function NewCategory() {
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
