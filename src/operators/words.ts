import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { splitWords } from '../domain/fold.ts';
import type { Word } from '../domain/fold.ts';
import { scalar, scalars } from './schemas.ts';
import { match, negate, onText, textArgument, textsArgument } from './verdicts.ts';

/** Words that must stand next to each other, folded; one word is the usual case. */
type Phrase = readonly string[];

/** At least one listed word; the match is the words found, as written, in text order (ilhapush). */
export const has_any_word: Operator = {
  summary: 'At least one of the words is there. A list item of several words must be there as a phrase.',
  group: 'words',
  aliases: ['has_any_of'],
  argument: scalars,
  example: '{ has_any_word: [yes, si, "of course"], category: "Yes", next: ask }',
  prepare: (argument) => anyOf(phrasesOf(argument)),
};

/** All listed words in any order, repeats allowed (ilhapush: has all of these words). */
export const has_all_words: Operator = {
  summary: 'All of the words are there, in any order.',
  group: 'words',
  argument: scalars,
  example: '{ has_all_words: "shipped today", category: Shipped, next: tell }',
  prepare: (argument) => allOf(phrasesOf(argument)),
};

/** None of the words; holds for an unset value. */
export const has_no_word: Operator = {
  summary: 'None of the words is there.',
  group: 'words',
  argument: scalars,
  example: '{ has_no_word: [stop, cancel], next: go_on }',
  prepare: (argument) => negate(anyOf(phrasesOf(argument))),
};

/** The words next to each other, in order; every place is tried, so "no no thanks" has "no thanks". */
export const has_phrase: Operator = {
  summary: 'The words are there next to each other, in this order.',
  group: 'words',
  argument: scalar,
  example: '{ has_phrase: "no thanks", category: "No", next: bye }',
  prepare: (argument) => allOf([phraseOf(textArgument(argument))]),
};

/** Nothing but the words: punctuation, case and accents do not count. */
export const has_only_phrase: Operator = {
  summary: 'The text is just these words, in this order.',
  group: 'words',
  argument: scalar,
  example: '{ has_only_phrase: start over, next: beginning }',
  prepare(argument) {
    const phrase = phraseOf(textArgument(argument));
    return onText((text) => {
      const words = splitWords(text);
      return words.length === phrase.length && standsAt(words, 0, phrase) ? match(written(words)) : NO_MATCH;
    });
  },
};

function anyOf(phrases: readonly Phrase[]): Test {
  return onText((text) => {
    const words = splitWords(text);
    const taken = new Set<Word>();
    for (const phrase of phrases) mark(words, phrase, taken);
    return taken.size === 0 ? NO_MATCH : match(written(words.filter((word) => taken.has(word))));
  });
}

function allOf(phrases: readonly Phrase[]): Test {
  return onText((text) => {
    const words = splitWords(text);
    const taken = new Set<Word>();
    if (!phrases.every((phrase) => mark(words, phrase, taken))) return NO_MATCH;
    return match(written(words.filter((word) => taken.has(word))));
  });
}

/** Takes the words of every place where the phrase stands; false when there is none. */
function mark(words: readonly Word[], phrase: Phrase, taken: Set<Word>): boolean {
  let any = false;
  for (let at = 0; at + phrase.length <= words.length; at += 1) {
    if (!standsAt(words, at, phrase)) continue;
    for (const word of words.slice(at, at + phrase.length)) taken.add(word);
    any = true;
  }
  return any;
}

function standsAt(words: readonly Word[], at: number, phrase: Phrase): boolean {
  return phrase.every((word, i) => words[at + i]?.folded === word);
}

function written(words: readonly Word[]): string {
  return words.map((word) => word.written).join(' ');
}

/** One text is a list of words; in a list each item is a phrase. */
function phrasesOf(argument: Json): Phrase[] {
  const phrases = textsArgument(argument).map(phraseOf);
  return Array.isArray(argument) ? phrases : phrases.flat().map((word) => [word]);
}

function phraseOf(text: string): Phrase {
  const words = splitWords(text).map((word) => word.folded);
  if (words.length === 0) throw new OperatorError(`"${text}" has no words; for punctuation use contains`);
  return words;
}
