// Lists that come in pages, each naming where the next begins.
import { useInfiniteQuery } from "@tanstack/react-query";

export interface Paged<T> {
  items: T[];
  next?: string | null;
}

/** Read a list page by page; `items` is what has come so far. */
export function usePages<T>(
  key: readonly unknown[],
  read: (after: string | null, signal: AbortSignal) => Promise<Paged<T>>,
  options: { refetchInterval?: number | false; enabled?: boolean; refetchOnWindowFocus?: boolean } = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
    ...options,
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

/** Read a list that is short enough to be wanted whole. */
export async function readAll<T>(read: (after: string | null) => Promise<Paged<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Paged<T> = await read(after);
    items.push(...page.items);
    after = page.next ?? null;
  } while (after);
  return items;
}
