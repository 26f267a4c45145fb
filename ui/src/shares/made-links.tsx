import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../api/client";
import classes from "./shares.module.css";

/** Links that were just made: they are told now and never again. */
export function MadeLinks({ share }: { share: Schemas["MadeShare"] }) {
  const { t } = useTranslation();
  return (
    <Alert variant="light" color="petrol" title={t("watch.share.madeTitle")} mb="md" role="status">
      <Text size="sm">{t("watch.share.madeSays")}</Text>
      {share.made.map((link) => (
        <Stack key={link.id} gap="xs" mt="sm">
          <Copied label={link.name ?? t("watch.share.link")} text={link.url} />
          {link.feed_url ? <Copied label={t("watch.share.feed")} text={link.feed_url} /> : null}
          {share.embeds ? <Embed url={link.url} /> : null}
          <Code url={link.url} />
        </Stack>
      ))}
    </Alert>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <Group align="end" gap="xs" wrap="nowrap">
      <TextInput
        label={label}
        value={text}
        readOnly
        className={classes.grow}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {copied ? t("action.copied") : t("action.copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Embed({ url }: { url: string }) {
  const { t } = useTranslation();
  const embed = $api.useQuery("get", "/oembed", { params: { query: { url } } }, { retry: false });
  return embed.data ? <Copied label={t("watch.share.embedCode")} text={embed.data.html} /> : null;
}

/** The link as a picture, for a telephone's camera. */
function Code({ url }: { url: string }) {
  const { t } = useTranslation();
  const code = useQuery({
    queryKey: ["code", url],
    queryFn: async () => {
      const { toDataURL } = await import("qrcode");
      return toDataURL(url, { margin: 2, width: 240 });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <details>
      <summary className={classes.code}>{t("watch.share.code")}</summary>
      {code.data ? <img src={code.data} alt={t("watch.share.code")} width={160} height={160} /> : null}
    </details>
  );
}
