// Collections as pages read and change them.
import { api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";

export type Collection = Schemas["CollectionView"];

export function useCollections(q: string) {
  return usePages(["collections", q], async (after, signal) => {
    const query = { q: q || undefined, after };
    const { data } = await api.GET("/api/v1/collections", { params: { query }, signal });
    return data ?? { items: [] };
  });
}

export function useItems(id: string) {
  return usePages(["collection-items", id], async (after, signal) => {
    const params = { path: { collection_id: id }, query: { after, limit: 200 } };
    const { data } = await api.GET("/api/v1/collections/{collection_id}/items", { params, signal });
    return data ?? { items: [] };
  });
}

/** Read collections anew, and what is in them. */
export function refreshCollections() {
  return Promise.all(
    [["collections"], ["collection-items"], ["get", "/api/v1/collections"]]
      .concat([["get", "/api/v1/collections/{collection_id}"]])
      .map((queryKey) => queries.invalidateQueries({ queryKey })),
  );
}

/** Where one goes that moves up or down: what it comes to lie before; the end if nothing. */
export function beforeAfterMove(ids: readonly string[], id: string, by: -1 | 1): string | null | undefined {
  const at = ids.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= ids.length) return undefined;
  return (by < 0 ? ids[to] : ids[to + 1]) ?? null;
}
