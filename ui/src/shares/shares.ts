// What is shared by links: a recording, or all of a collection or of a category.
import { api, queries, type Schemas } from "../api/client";

export interface Thing {
  kind: "asset" | "collection" | "category";
  id: string;
}

/** What narrows a list of shares to a thing's. */
export function sharesOf({ kind, id }: Thing) {
  return { [`${kind}_id`]: id } as Partial<Record<`${Thing["kind"]}_id`, string>>;
}

/** Share a thing. */
export async function share({ kind, id }: Thing, body: Schemas["NewShare"]): Promise<Schemas["MadeShare"]> {
  const ways = {
    asset: () => api.POST("/api/v1/assets/{asset_id}/shares", { params: { path: { asset_id: id } }, body }),
    collection: () =>
      api.POST("/api/v1/collections/{collection_id}/shares", {
        params: { path: { collection_id: id } },
        body,
      }),
    category: () =>
      api.POST("/api/v1/categories/{category_id}/shares", { params: { path: { category_id: id } }, body }),
  };
  const { data } = await ways[kind]();
  if (!data) throw new Error("The server gave nothing.");
  return data;
}

/** Ask anew for links, and for what shows that there are some. */
export async function refreshShares({ id }: Thing) {
  await queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const key = JSON.stringify(queryKey);
      return key.includes("/shares") || key.includes(id);
    },
  });
}
