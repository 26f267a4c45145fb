import { Anchor, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useBrands } from "../brands/brands";
import { useEditing } from "./editing";

/** Whose logo, colours and letters the clip has. */
export function BrandChoice() {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  const brands = useBrands();
  return (
    <div>
      <NativeSelect
        label={t("editor.look.brand")}
        description={t("editor.look.brandWhy")}
        value={doc.brand_id ?? ""}
        data={[
          { value: "", label: t("editor.look.noBrand") },
          ...brands.items.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          change((now) => ((now.brand_id ?? "") === value ? now : { ...now, brand_id: value || null }))
        }
      />
      <Anchor component={Link} to="/account/brands" size="sm" mt={6} display="inline-block">
        {t("brands.manage")}
      </Anchor>
    </div>
  );
}
