import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failed, Loading } from "../app/states";

interface ListingProps<T> {
  /** What `usePages` gives. */
  list: {
    items: T[];
    error: unknown;
    isPending: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
  /** What is said where there is nothing. */
  empty: ReactNode;
  /** As high as a row will be. */
  height?: number;
  children: (items: T[]) => ReactNode;
}

/** A list that comes in pages: on its way, refused, empty, or there with a button for more. */
export function Listing<T>({ list, empty, height = 56, children }: ListingProps<T>) {
  const { t } = useTranslation();
  if (list.error && list.items.length === 0)
    return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading height={height} />;
  if (list.items.length === 0) return <>{empty}</>;
  return (
    <>
      {children(list.items)}
      {list.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      ) : null}
    </>
  );
}
