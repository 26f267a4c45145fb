import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { usePages } from "../api/pages";
import { useEditing } from "./editing";

/** Whose logo, colours and letters the clip has. */
export function BrandChoice() {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  const brands = usePages(["brands"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/brands", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
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
  );
}
