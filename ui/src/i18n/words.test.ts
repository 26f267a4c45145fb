import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = import.meta.dirname;

function keys(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    // Languages count differently: i18next chooses among _one, _few, _other.
    typeof value === "string"
      ? [(before + key).replace(/_(zero|one|two|few|many|other)$/, "")]
      : keys(value, `${before}${key}.`),
  );
}

function all(language: string): string[] {
  const files = readdirSync(join(folder, language)).sort();
  const found = files.flatMap((file) =>
    keys(JSON.parse(readFileSync(join(folder, language, file), "utf8")), `${file.replace(".json", "")}.`),
  );
  return [...new Set(found)].sort();
}

test("every word of the studio is there in the other language", () => {
  expect(all("de")).toEqual(all("en"));
});

test("every word that a page asks for is there", () => {
  const source = join(folder, "..");
  const known = new Set(all("en"));
  const asked = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts") && !file.endsWith("schema.d.ts"))
    .flatMap((file) =>
      [...readFileSync(join(source, file), "utf8").matchAll(/\bt\(\s*"([a-zA-Z.]+)"/g)].map(([, key]) => key),
    );
  expect(asked.length).toBeGreaterThan(20);
  expect([...new Set(asked)].filter((key) => key && !known.has(key))).toEqual([]);
});
