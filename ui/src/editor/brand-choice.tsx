import { Anchor, NativeSelect, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useKits } from "../brands/brands";
import { seconds } from "../format";
import { useEditing } from "./editing";

/** Whose logo, colours and letters the clip has, and what is put before and after it. */
export function BrandChoice() {
  const { t } = useTranslation();
  const { doc, change, programme } = useEditing();
  const kits = useKits();
  return (
    <div>
      <NativeSelect
        label={t("editor.look.brand")}
        description={t("editor.look.brandWhy")}
        value={doc.brand_id ?? ""}
        data={[{ value: "", label: t("editor.look.noBrand") }, ...kits]}
        onChange={({ currentTarget: { value } }) =>
          change((now) => ((now.brand_id ?? "") === value ? now : { ...now, brand_id: value || null }))
        }
      />
      {doc.brand_id ? <Added intro={programme?.intro_s ?? 0} outro={programme?.outro_s ?? 0} /> : null}
      <Anchor component={Link} to="/account/brands" size="sm" mt={6} display="inline-block">
        {t("brands.manage")}
      </Anchor>
    </div>
  );
}

/** What the preview does not play and the file has. */
function Added({ intro, outro }: { intro: number; outro: number }) {
  const { t } = useTranslation();
  if (!intro && !outro) return null;
  const which = intro && outro ? "addedBoth" : intro ? "addedIntro" : "addedOutro";
  return (
    <Text size="sm" mt={6}>
      {t(`editor.look.${which}`, { intro: seconds(intro), outro: seconds(outro) })}
    </Text>
  );
}
