import { Button, FileInput, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { seconds } from "../format";
import type { Brand, End } from "./brands";

interface FilmFieldProps {
  end: End;
  /** What the kit has. */
  film: Brand[End];
  /** What was chosen and is not sent yet. */
  value: File | null;
  onChange: (file: File | null) => void;
  /** Take away what the kit has. */
  take: () => void;
  busy: boolean;
}

/** An intro or an outro: what it is called and how long it plays, with another one or none. */
export function FilmField({ end, film, value, onChange, take, busy }: FilmFieldProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <FileInput
        label={t(`brands.films.${end}`)}
        description={t(`brands.filmSays.${end}`)}
        placeholder={film ? t("brands.filmIs") : t("brands.filmChoose")}
        accept="video/*,.mkv"
        clearable
        clearButtonProps={{ "aria-label": t("brands.noFilm") }}
        fileInputProps={{ name: end }}
        value={value}
        onChange={onChange}
      />
      {film && !value ? (
        <Group justify="space-between" gap="xs">
          <Text size="sm" className="anywhere">
            {t("brands.filmOf", { name: film.name, length: seconds(film.duration_s) })}
          </Text>
          <Button variant="default" size="xs" loading={busy} onClick={take}>
            {t(`brands.takeFilm.${end}`)}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
