import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { $api } from "../api/client";

/** Choose one of the people by a part of the name; however many there are, a few are asked for. */
export function PersonSelect(props: Omit<SelectProps, "data" | "searchValue" | "onSearchChange">) {
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words, 200);
  const found = $api.useQuery(
    "get",
    "/api/v1/directory/people",
    { params: { query: { q: asked || null, limit: 20 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Select
      searchable
      clearable
      {...props}
      data={(found.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      // What came is what was asked for.
      filter={({ options }) => options}
      searchValue={words}
      onSearchChange={setWords}
    />
  );
}
