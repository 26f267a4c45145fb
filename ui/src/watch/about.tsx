import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "../api/client";
import { bytes, clock, moment } from "../format";
import { type Asset, of } from "./data";
import { Describe } from "./describe";
import { Quality } from "./quality";
import classes from "./watch.module.css";

/** What people say of it, what it may be used for, where it came from, and what else is the same. */
export function About({ asset, mayEdit }: { asset: Asset; mayEdit: boolean }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  if (editing) return <Describe asset={asset} done={() => setEditing(false)} />;
  const { licence } = asset;
  return (
    <div className={classes.about}>
      <section>
        {asset.description ? (
          <Text className={classes.description}>{asset.description}</Text>
        ) : (
          <Text c="dimmed">{t("watch.about.noDescription")}</Text>
        )}
        {asset.category || asset.tags.length ? (
          <Group gap={6} mt="sm">
            {asset.category ? (
              <Badge variant="default" radius="sm" tt="none" fw={520}>
                {asset.category.name}
              </Badge>
            ) : null}
            {asset.tags.map((tag) => (
              <Anchor key={tag} component={Link} to={`/library?tag=${encodeURIComponent(tag)}`} size="sm">
                #{tag}
              </Anchor>
            ))}
          </Group>
        ) : null}
        {mayEdit ? (
          <Button
            mt="md"
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={15} />}
            onClick={() => setEditing(true)}
          >
            {t("watch.about.edit")}
          </Button>
        ) : null}
        <Duplicates id={asset.id} />
      </section>
      <dl className={classes.facts}>
        <dt>{t("watch.about.licence")}</dt>
        <dd>
          {licence?.url ? (
            <Anchor href={licence.url} target="_blank" rel="noreferrer">
              {licence.name}
            </Anchor>
          ) : (
            (licence?.name ?? t("watch.about.noLicence"))
          )}
          {licence ? (
            <Text size="xs" c="dimmed">
              {[
                t(licence.sell ? "watch.about.maySell" : "watch.about.mayNotSell"),
                t(licence.change ? "watch.about.mayChange" : "watch.about.mayNotChange"),
              ].join(" · ")}
            </Text>
          ) : null}
          {asset.licence_note ? <Text size="sm">{asset.licence_note}</Text> : null}
        </dd>
        {asset.attribution ? (
          <>
            <dt>{t("watch.about.attribution")}</dt>
            <dd>{asset.attribution}</dd>
          </>
        ) : null}
        <dt>{t("watch.about.from")}</dt>
        <dd>
          {t(`watch.source.${asset.source_kind}`)}, {moment(asset.brought_at)}
          {asset.brought_by ? `, ${asset.brought_by.name}` : ""}
          {asset.source_url ? (
            <Anchor href={asset.source_url} target="_blank" rel="noreferrer" className={classes.address}>
              {asset.source_url}
            </Anchor>
          ) : null}
        </dd>
        <dt>{t("watch.about.file")}</dt>
        <dd className="tabular">
          {asset.file_name}
          <Text size="xs" c="dimmed">
            {[asset.width ? `${asset.width} × ${asset.height}` : null, bytes(asset.size_bytes)]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </dd>
        <Quality id={asset.id} />
      </dl>
    </div>
  );
}

function Duplicates({ id }: { id: string }) {
  const { t } = useTranslation();
  const same = $api.useQuery("get", "/api/v1/assets/{asset_id}/duplicates", of(id)).data?.items ?? [];
  if (same.length === 0) return null;
  return (
    <div className={classes.same}>
      <Text fw={600} size="sm">
        {t("watch.about.same")}
      </Text>
      {same.map((each) => (
        <Text key={`${each.asset_id}${each.kind}`} size="sm">
          <Anchor component={Link} to={`/watch/${each.asset_id}`}>
            {each.title}
          </Anchor>{" "}
          <Text span c="dimmed" size="sm" className="tabular">
            {each.kind === "file"
              ? t("watch.about.sameFile")
              : t("watch.about.samePart", {
                  what: t(`watch.about.kind.${each.kind}`),
                  percent: Math.round(each.share * 100),
                  at: clock(Math.max(0, each.offset_s)),
                })}
          </Text>
        </Text>
      ))}
    </div>
  );
}
