import { Button, Group, Text } from "@mantine/core";
import { IconPalette, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { seconds } from "../format";
import { useAsk } from "../parts/asking";
import { Listing } from "../parts/listing";
import { Row, Rows } from "../parts/rows";
import { tellWrong } from "../parts/telling";
import { useMayEdit, useMe } from "../session/me";
import { type Brand, ENDS, refreshBrands, useBrands } from "./brands";
import { BrandForm } from "./form";
import { Sample } from "./sample";

/** Brand kits: what clips wear, and what they begin and end with. */
export function Component() {
  const { t } = useTranslation();
  const may = useMayEdit();
  const list = useBrands();
  const [open, setOpen] = useState<Brand | "new" | null>(null);
  const button = may ? (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setOpen("new")}>
      {t("brands.new")}
    </Button>
  ) : null;
  return (
    <Page title={t("brands.title")} actions={list.items.length ? button : null}>
      <Listing
        list={list}
        height={88}
        empty={
          <Empty icon={<IconPalette size={24} />} title={t("brands.none")} action={button}>
            {t("brands.noneSays")}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("brands.title")}>
            {found.map((brand) => (
              <One key={brand.id} brand={brand} change={() => setOpen(brand)} />
            ))}
          </Rows>
        )}
      </Listing>
      {open ? <BrandForm brand={open === "new" ? null : open} close={() => setOpen(null)} /> : null}
    </Page>
  );
}

function One({ brand, change }: { brand: Brand; change: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const ask = useAsk();
  const remove = $api.useMutation("delete", "/api/v1/brands/{brand_id}", {
    onSuccess: refreshBrands,
    onError: tellWrong,
  });
  const { id, name } = brand;
  const films = ENDS.flatMap((end) => {
    const film = brand[end];
    return film ? [t(`brands.filmsOf.${end}`, { name: film.name, length: seconds(film.duration_s) })] : [];
  }).join(" · ");
  const own = me.role === "admin" || brand.owner_id === me.id;
  return (
    <Row
      title={
        <Group gap="md" wrap="nowrap">
          <Sample look={brand} />
          <div>
            <span className="anywhere">{name}</span>
            {films ? (
              <Text size="sm" c="dimmed" className="anywhere">
                {films}
              </Text>
            ) : null}
          </div>
        </Group>
      }
      wide
      actions={
        own ? (
          <>
            <Button variant="default" size="xs" aria-label={t("brands.changeOf", { name })} onClick={change}>
              {t("brands.change")}
            </Button>
            <Button
              variant="default"
              size="xs"
              loading={remove.isPending}
              aria-label={t("brands.deleteOf", { name })}
              onClick={() =>
                ask({
                  title: t("brands.deleteOf", { name }),
                  says: t("brands.deleteSays"),
                  button: t("action.delete"),
                  act: () => remove.mutate({ params: { path: { brand_id: id } } }),
                })
              }
            >
              {t("action.delete")}
            </Button>
          </>
        ) : null
      }
    />
  );
}
