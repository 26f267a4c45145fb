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
