import { wordsFor } from './words.ts';
import type { Words } from './words.ts';

/** The words of this page. */
export const words: Words = wordsFor(document.documentElement.lang);

/** A sentence with a value in the place of its `{name}`. */
export function filled(sentence: string, value: string): string {
  return sentence.replace(/\{\w+\}/, () => value);
}
