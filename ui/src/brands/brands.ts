// Brand kits as pages read and change them.
import { api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";

export type Brand = Schemas["BrandView"];

export const CORNERS = [
  "top-left",
  "top-right",
  "bottom-left",
  "bottom-right",
] as const satisfies Schemas["Corner"][];

/** Where a film stands that is put to clips. */
export const ENDS = ["intro", "outro"] as const satisfies Schemas["End"][];
export type End = (typeof ENDS)[number];

export function useBrands() {
  return usePages(["brands"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/brands", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
}

/** Brand kits as a list offers them. */
export function useKits() {
  return useBrands().items.map(({ id, name }) => ({ value: id, label: name }));
}

export function refreshBrands() {
  // What wears the kit plays another way now.
  for (const path of ["/api/v1/edits/{edit_id}/programme", "/api/v1/candidates/{candidate_id}/preview"])
    void queries.invalidateQueries({ queryKey: ["get", path] });
  return queries.invalidateQueries({ queryKey: ["brands"] });
}

/** Give a kit another intro or outro, or none. */
export async function sendFilm(id: string, end: End, film: File | null) {
  const path = { brand_id: id, end };
  if (!film) {
    await api.DELETE("/api/v1/brands/{brand_id}/{end}", { params: { path } });
    return;
  }
  await api.PUT("/api/v1/brands/{brand_id}/{end}", {
    // The end of a name tells what the file is.
    params: { path, query: { name: film.name.slice(-200) } },
    body: film as unknown as string,
    bodySerializer: (body) => body as unknown as Blob,
    headers: { "Content-Type": "application/octet-stream" },
  });
}

/** Give a kit another logo, or none. */
export async function sendLogo(id: string, logo: File | null) {
  const params = { path: { brand_id: id } };
  if (!logo) {
    await api.DELETE("/api/v1/brands/{brand_id}/logo", { params });
    return;
  }
  await api.PUT("/api/v1/brands/{brand_id}/logo", {
    params,
    // The description has the picture as a text; what is sent are its bytes.
    body: logo as unknown as string,
    bodySerializer: (body) => body as unknown as Blob,
    headers: { "Content-Type": logo.type },
  });
}

/** The address of a logo; another one once the kit was changed, for the browser keeps pictures by address. */
export function logoOf(brand: Brand): string | null {
  return brand.logo_url ? `${brand.logo_url}?${Date.parse(brand.changed_at)}` : null;
}
