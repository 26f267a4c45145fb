// Words in the languages that the studio speaks; English is the first, and what is missing falls back to it.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

type Words = Record<string, unknown>;

// One file for each folder of pages: `en/library.json` is `library.…` in a page.
const english = import.meta.glob<Words>("./en/*.json", { eager: true, import: "default" });
const others = import.meta.glob<Words>("./de/*.json", { import: "default" });

const KEPT = "cutroom-language";

function name(path: string): string {
  return path.replace(/^.*\/|\.json$/g, "");
}

function together(files: Record<string, Words>): Words {
  return Object.assign({}, ...Object.entries(files).map(([path, words]) => ({ [name(path)]: words })));
}

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = kept ?? navigator.language.slice(0, 2);
  return wanted in LANGUAGES ? (wanted as Language) : "en";
}

async function load(language: Language) {
  if (language === "en" || i18next.hasResourceBundle(language, "translation")) return;
  const files = Object.fromEntries(
    await Promise.all(Object.entries(others).map(async ([path, read]) => [path, await read()] as const)),
  );
  i18next.addResourceBundle(language, "translation", together(files));
}

/** Speak another language from now on, in this browser. */
export async function speak(language: Language) {
  await load(language);
  localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function startWords() {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: together(english) } },
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false }, // React escapes
  });
  const language = preferred();
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
