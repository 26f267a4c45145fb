import type { Word } from "./document";

/** Words that are read together: numbers into the list of words, the last excluded. */
export interface Paragraph {
  first: number;
  stop: number;
}

const MOST = 60;
const ENOUGH = 24;

/** Cut a transcript where somebody takes a breath, or ends a sentence when there is enough. */
export function paragraphsOf(words: readonly Word[], rate: number): Paragraph[] {
  const made: Paragraph[] = [];
  let first = 0;
  words.forEach((word, index) => {
    const next = words[index + 1];
    const count = index + 1 - first;
    const pause = next ? next.start - word.stop > rate : true;
    const sentence = count >= ENOUGH && /[.!?…。？！]["'”’)]*$/.test(word.text);
    if (pause || sentence || count >= MOST) {
      made.push({ first, stop: index + 1 });
      first = index + 1;
    }
  });
  return made;
}
