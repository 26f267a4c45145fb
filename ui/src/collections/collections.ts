// Collections as pages read and change them.
import { useMutation } from "@tanstack/react-query";
import { api, queries, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import type { Asset } from "../library/assets";
import { tellWrong } from "../parts/telling";

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

/** Move one before another, or to the end; the list shows it at once, and what the server says replaces it. */
export function useMove(collectionId: string) {
  return useMutation({
    mutationFn: ({ id, before }: { id: string; before: string | null }) =>
      api.PUT("/api/v1/collections/{collection_id}/items/{asset_id}", {
        params: { path: { collection_id: collectionId, asset_id: id } },
        body: { before },
      }),
    onMutate: ({ id, before }) => {
      queries.setQueryData<Listed>(["collection-items", collectionId], (listed) => moved(listed, id, before));
    },
    onError: tellWrong,
    onSettled: refreshCollections,
  });
}

interface Listed {
  pages: { items: Asset[] }[];
}

function moved(listed: Listed | undefined, id: string, before: string | null): Listed | undefined {
  const asset = listed?.pages.flatMap((page) => page.items).find((each) => each.id === id);
  if (!listed || !asset) return listed;
  const pages = listed.pages.map((page, number) => {
    const items = page.items.filter((each) => each.id !== id);
    const at = items.findIndex((each) => each.id === before);
    if (at >= 0) items.splice(at, 0, asset);
    else if (before === null && number === listed.pages.length - 1) items.push(asset);
    return { ...page, items };
  });
  return { ...listed, pages };
}
