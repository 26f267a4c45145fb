import { Button, FileInput, Group, Select, Slider, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";
import { tell } from "../parts/telling";
import { type Brand, CORNERS, ENDS, type End, logoOf, refreshBrands, sendFilm, sendLogo } from "./brands";
import { ColourField } from "./colour-field";
import { FilmField } from "./film-field";
import { Sample } from "./sample";

const FACES = [
  "Sans",
  "Sans Light",
  "Montserrat",
  "Poppins",
  "Anton",
  "Bebas",
  "Luckiest",
  "Courier",
] as const satisfies NonNullable<Schemas["NewBrand"]["face"]>[];
const PICTURES = "image/png,image/jpeg,image/webp";

/** A new kit, or one that is changed; its logo and its films are sent once the kit is there. */
export function BrandForm({ brand, close }: { brand: Brand | null; close: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<Brand | null>(brand);
  const [logo, setLogo] = useState<File | null>(null);
  const [films, setFilms] = useState<Record<End, File | null>>({ intro: null, outro: null });
  const chosen = useAddress(logo);
  const form = useForm({
    initialValues: {
      name: brand?.name ?? "",
      fill: brand?.fill ?? "",
      lit: brand?.lit ?? "",
      face: brand?.face ?? null,
      logo_corner: brand?.logo_corner ?? ("top-right" as const),
      logo_share: brand?.logo_share ?? 0.18,
      logo_opacity: brand?.logo_opacity ?? 1,
    },
  });
  const save = useMutation({
    mutationFn: async () => {
      const { fill, lit, face, ...rest } = form.values;
      const body = {
        ...rest,
        name: rest.name.trim(),
        fill: fill || null,
        lit: lit || null,
        face: face as Schemas["NewBrand"]["face"],
      };
      const params = { header: once() };
      const { data } = made
        ? await api.PATCH("/api/v1/brands/{brand_id}", { params: { path: { brand_id: made.id } }, body })
        : await api.POST("/api/v1/brands", { params, body });
      // Where the logo is refused, the kit is there: what is sent next changes it.
      if (data) setMade(data);
      if (data && logo) await sendLogo(data.id, logo);
      for (const end of ENDS) {
        const film = films[end];
        if (data && film) await sendFilm(data.id, end, film);
      }
    },
    onSettled: refreshBrands,
    onSuccess: () => {
      tell(t("brands.saved"));
      close();
    },
  });
  const bare = useMutation({
    mutationFn: (id: string) => sendLogo(id, null),
    onSettled: refreshBrands,
    onSuccess: () => setMade((now) => now && { ...now, logo_url: null }),
  });
  const cut = useMutation({
    mutationFn: ({ id, end }: { id: string; end: End }) => sendFilm(id, end, null),
    onSettled: refreshBrands,
    onSuccess: (_, { end }) => setMade((now) => now && { ...now, [end]: null }),
  });
  const shares = (value: number) => `${Math.round(value * 100)} %`;
  return (
    <Dialog
      opened
      close={close}
      title={brand ? t("brands.changeOf", { name: brand.name }) : t("brands.new")}
      button={t("action.save")}
      busy={save.isPending}
      error={save.error ?? bare.error ?? cut.error}
      onSubmit={() => save.mutate()}
    >
      <TextInput
        label={t("brands.name")}
        maxLength={100}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Group align="start" wrap="nowrap" gap="md">
        <Stack flex={1} gap="xs">
          <ColourField label={t("brands.fill")} {...form.getInputProps("fill")} />
          <ColourField label={t("brands.lit")} {...form.getInputProps("lit")} />
        </Stack>
        <Stack gap={4} pt={22}>
          <Sample look={form.values} logo={chosen ?? (made ? logoOf(made) : null)} />
        </Stack>
      </Group>
      <Select
        label={t("brands.face")}
        placeholder={t("brands.asStyle")}
        data={[...FACES]}
        clearable
        clearButtonProps={{ "aria-label": t("brands.noFace") }}
        {...form.getInputProps("face")}
      />
      <FileInput
        label={t("brands.logo")}
        description={t("brands.logoSays")}
        placeholder={brand?.logo_url ? t("brands.logoIs") : t("brands.logoChoose")}
        accept={PICTURES}
        clearable
        clearButtonProps={{ "aria-label": t("brands.noLogo") }}
        fileInputProps={{ name: "logo" }}
        value={logo}
        onChange={setLogo}
      />
      {made?.logo_url && !logo ? (
        <Button variant="default" size="xs" loading={bare.isPending} onClick={() => bare.mutate(made.id)}>
          {t("brands.takeLogo")}
        </Button>
      ) : null}
      <Select
        label={t("brands.corner")}
        data={CORNERS.map((value) => ({ value, label: t(`brands.corners.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("logo_corner")}
      />
      <div>
        <Text size="sm" fw={500} id="brand-share">
          {t("brands.share")}
        </Text>
        <Slider
          min={0.03}
          max={0.6}
          step={0.01}
          label={shares}
          thumbProps={{ "aria-labelledby": "brand-share" }}
          {...form.getInputProps("logo_share")}
        />
      </div>
      <div>
        <Text size="sm" fw={500} id="brand-opacity">
          {t("brands.opacity")}
        </Text>
        <Slider
          min={0.05}
          max={1}
          step={0.05}
          label={shares}
          thumbProps={{ "aria-labelledby": "brand-opacity" }}
          {...form.getInputProps("logo_opacity")}
        />
      </div>
      {ENDS.map((end) => (
        <FilmField
          key={end}
          end={end}
          film={made?.[end] ?? null}
          value={films[end]}
          onChange={(file) => setFilms((now) => ({ ...now, [end]: file }))}
          take={() => made && cut.mutate({ id: made.id, end })}
          busy={cut.isPending && cut.variables.end === end}
        />
      ))}
    </Dialog>
  );
}

/** An address under which a file that was chosen is seen. */
function useAddress(file: File | null): string | null {
  const address = useMemo(() => (file ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => (address ? URL.revokeObjectURL(address) : undefined), [address]);
  return address;
}
