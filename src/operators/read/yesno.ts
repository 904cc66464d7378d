import { splitWords } from '../../domain/fold.ts';

/** Words, folded, of en, es, pt, fr, de and it together: contacts mix languages, and the lists hardly collide. */
const YES = new Set(
  `yes yeah yep yup sure ok okay okey okis correct absolutely definitely
   si sii claro dale vale listo correcto afirmativo obvio
   sim isso beleza certo
   oui ouais ouaip accord
   ja jawohl jo klar genau gerne
   esatto certamente
   👍 👌 ✅ ✔ ☑ 🆗`.split(/\s+/),
);
const NO = new Set(
  `no nope nah not never
   nunca jamas negativo tampoco
   nao
   non jamais pas
   nein nee nicht niemals
   👎 ❌ ✖ ✗ 🚫 🙅`.split(/\s+/),
);

/** Letters that stand for an answer only when there is nothing else: "y" is also Spanish for "and". */
const ALONE: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['s', true],
  ['o', true],
  ['j', true],
  ['n', false],
]);

/** What was answered, and the word that said so as it was written. */
export interface YesNo {
  readonly yes: boolean;
  readonly word: string;
}

/** Yes or no in a text, or null when it says neither or both ("yes and no", "no sé si puedo"). */
export function findYesNo(text: string, language: string): YesNo | null {
  const words = splitWords(text);
  const [only] = words;
  const letter = only === undefined || words.length > 1 ? undefined : ALONE.get(only.folded);
  if (only !== undefined && letter !== undefined) return { yes: letter, word: only.written };
  const portuguese = words.length > 1 && /^pt\b/i.test(language);
  let found: YesNo | null = null;
  for (const { written, folded } of words) {
    const yes = YES.has(folded);
    // In Portuguese "no" is "in the" ("sim, no domingo"), unless it is the whole answer.
    if (!yes && (!NO.has(folded) || (portuguese && folded === 'no'))) continue;
    if (found !== null && found.yes !== yes) return null;
    found ??= { yes, word: written };
  }
  return found;
}
