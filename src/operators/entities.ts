import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { findEmail } from './read/email.ts';
import { findPhone, isPhoneCountry, parsePhone } from './read/phone.ts';
import { findUrl } from './read/url.ts';
import { findYesNo } from './read/yesno.ts';
import { found, match, onText } from './verdicts.ts';

/** The first e-mail address; its domain comes back in small letters. */
export const has_email: Operator = {
  summary: 'There is an e-mail address in the text.',
  group: 'entity',
  example: '{ has_email: true, category: Email, next: thanks }',
  prepare: () => onText((text) => found(findEmail(text))),
};

/** The first phone number as E.164; one without + is from the given country, else from the language's region. */
export const has_phone: Operator = {
  summary: 'There is a phone number in the text. A country (CO) says where numbers without + are from.',
  group: 'entity',
  argument: z.union([z.literal(true), z.string()]),
  example: '{ has_phone: CO, category: Phone, next: thanks }',
  prepare(argument) {
    const country = countryOf(argument);
    return onText((text, { language }) =>
      found(parsePhone(text, { language, country }) ?? findPhone(text, { language, country })),
    );
  },
};

/** The first web address in its normal form. */
export const has_url: Operator = {
  summary: 'There is a web address (http, https or www.) in the text.',
  group: 'entity',
  example: '{ has_url: true, category: Link, next: thanks }',
  prepare: () => onText((text) => found(findUrl(text))),
};

/** A word or emoji for yes and none for no, in six languages; a yes-or-no value counts as itself. */
export const has_yes: Operator = {
  summary: 'The answer is yes: a word or 👍 for it, and none for no.',
  group: 'entity',
  example: '{ has_yes: true, category: "Yes", next: go_on }',
  prepare: () => answered(true),
};

/** A word or emoji for no and none for yes, in six languages. */
export const has_no: Operator = {
  summary: 'The answer is no: a word or 👎 for it, and none for yes.',
  group: 'entity',
  example: '{ has_no: true, category: "No", next: bye }',
  prepare: () => answered(false),
};

function answered(wanted: boolean): Test {
  const inText = onText((text, { language }) => {
    const answer = findYesNo(text, language);
    return answer?.yes === wanted ? match(answer.word) : NO_MATCH;
  });
  return (value, context) => {
    if (typeof value !== 'boolean') return inText(value, context);
    return value === wanted ? match(value) : NO_MATCH;
  };
}

function countryOf(argument: Json): string | undefined {
  if (argument === true || argument === null) return undefined;
  const country = typeof argument === 'string' ? argument.trim().toUpperCase() : '';
  if (!isPhoneCountry(country)) throw new OperatorError('needs a country of two letters, such as CO, or true');
  return country;
}
