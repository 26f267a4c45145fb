import { expect, test } from "vitest";
import { narrowedBy, readWanted, withWanted } from "./filters";

test("an address says what is wanted, and what makes no sense in it is left out", () => {
  const wanted = readWanted(new URLSearchParams("q=+light+&state=ready&sort=title&owner=nobody&tag=physics"));
  expect(wanted).toMatchObject({
    q: "light",
    state: "ready",
    sort: "title",
    owner: undefined,
    tag: "physics",
  });
  expect(readWanted(new URLSearchParams("state=perfect&sort=colour"))).toMatchObject({
    state: undefined,
    sort: "-created",
  });
});

test("what is as it always is does not stand in the address", () => {
  const search = withWanted(new URLSearchParams("state=ready&sort=title"), "sort", "-created");
  expect(search.toString()).toBe("state=ready");
  expect(withWanted(search, "state", null).toString()).toBe("");
});

test("filters are counted, words and order are not", () => {
  expect(narrowedBy(readWanted(new URLSearchParams("q=x&sort=size&state=new&tag=a")))).toEqual([
    "state",
    "tag",
  ]);
});
