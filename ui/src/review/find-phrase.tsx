import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconScissors, IconSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, api, once, sentenceOf } from "../api/client";
import { clock } from "../format";
import type { Preset, Style } from "./proposals";
import classes from "./review.module.css";

const WAIT_MS = 250;
/** What is cut around a place that was found, to begin with. */
const BEFORE_S = 4;
const AFTER_S = 26;

interface FindPhraseProps {
  assetId: string;
  preset: Preset;
  captions: Style;
  mayEdit: boolean;
}

/** Find a place by what is said there, and cut it, though nothing proposed it. */
export function FindPhrase({ assetId, preset, captions, mayEdit }: FindPhraseProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [phrase, setPhrase] = useState("");
  const [asked] = useDebouncedValue(phrase.trim(), WAIT_MS);
  const hits = $api.useQuery(
    "get",
    "/api/v1/assets/{asset_id}/search",
    { params: { path: { asset_id: assetId }, query: { q: asked, limit: 6 } } },
    { enabled: asked.length > 1 },
  );
  const cut = useMutation({
    mutationFn: async ({ start, end }: { start: number; end: number }) => {
      const { data } = await api.POST("/api/v1/edits", {
        params: { header: once() },
        body: {
          asset_id: assetId,
          start_s: Math.max(0, start - BEFORE_S),
          end_s: end + AFTER_S,
          preset,
          captions,
        },
      });
      if (data) await navigate(`/edit/${data.id}`);
    },
  });
  const found = (hits.data?.items ?? []).filter((hit) => hit.start_s !== null);
  return (
    <div className={classes.find}>
      <TextInput
        type="search"
        label={t("review.find")}
        placeholder={t("review.findExample")}
        leftSection={<IconSearch size={16} />}
        value={phrase}
        maxLength={300}
        onChange={(event) => setPhrase(event.currentTarget.value)}
        error={hits.error ? sentenceOf(hits.error) : cut.error ? sentenceOf(cut.error) : undefined}
      />
      {asked.length > 1 && hits.isSuccess ? (
        <Stack gap={4} mt="xs" aria-live="polite">
          {found.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("review.foundNone")}
            </Text>
          ) : null}
          {found.map((hit) => (
            <Group key={`${hit.start_s} ${hit.text}`} gap="xs" wrap="nowrap" align="start">
              <Text size="xs" c="dimmed" className="tabular" pt={3}>
                {clock(hit.start_s)}
              </Text>
              <Text size="sm" lineClamp={2} className={classes.grow}>
                {hit.text}
              </Text>
              {mayEdit ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  leftSection={<IconScissors size={13} />}
                  loading={cut.isPending}
                  onClick={() => cut.mutate({ start: hit.start_s ?? 0, end: hit.end_s ?? hit.start_s ?? 0 })}
                >
                  {t("review.cut")}
                </Button>
              ) : null}
            </Group>
          ))}
        </Stack>
      ) : null}
    </div>
  );
}
