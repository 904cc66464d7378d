import { randomBytes } from 'node:crypto';
import type { Sealed, SecretRef } from '../../domain/call.ts';
import type { LanguageProblem } from './expression.ts';
import type { Getter } from './names.ts';
import type { Step } from './path.ts';
import { suggestion } from './suggest.ts';

/** What a reference stands for where it has a meaning of its own: a text, a value, or a mistake of the author. */
export type Special =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly get: Getter }
  | ({ readonly kind: 'problem' } & Pick<LanguageProblem, 'code' | 'text' | 'hint'>);

/** Looks at a reference before the flow does; undefined leaves it to the flow. */
export type SpecialNames = (root: string, steps: readonly Step[]) => Special | undefined;

const SECRET_NAME = /^[a-z]([a-z0-9_]*[a-z0-9])?$/;

/**
 * Keeps secrets out of rendered texts. While a request is rendered each reference is a marker of letters and digits,
 * which comes through every encoding as it is; afterwards the texts are cut at the markers. Markers are made when
 * the flow is compiled and are seen by nobody, so that nothing a contact types can be one.
 */
export class Seal {
  private readonly mark = `x${randomBytes(16).toString('hex')}n`;
  private readonly pattern = new RegExp(`${this.mark}(\\d+)z`);
  private readonly secrets: string[] = [];

  /** The marker of a secret, such as `secret.crm_key`. */
  put(secret: string): string {
    const known = this.secrets.indexOf(secret);
    const index = known === -1 ? this.secrets.push(secret) - 1 : known;
    return `${this.mark}${index}z`;
  }

  /** A rendered text with the references where their markers were. */
  open(text: string): Sealed {
    if (this.secrets.length === 0 || !text.includes(this.mark)) return text;
    const pieces = text.split(this.pattern).map((piece, i) => (i % 2 === 0 ? piece : this.reference(piece)));
    return pieces.filter((piece) => piece !== '');
  }

  private reference(index: string): SecretRef {
    return { secret: this.secrets[Number(index)] ?? '' };
  }
}

/** Secrets in a request of a flow: `@secret.<name>`. */
export function flowSecrets(seal: Seal): SpecialNames {
  return (root, steps) => {
    const space = root.toLowerCase();
    if (space === 'auth' && steps.length > 0)
      return unknown(root, steps, 'only requests of a custom integration know @auth; here write @secret.<name>');
    if (space !== 'secret' || steps.length === 0) return undefined;
    return sealed('secret', steps, seal);
  };
}

/** Secrets in a request of an integration: `@auth.<identifier>` of the fields it declares. */
export function fieldSecrets(seal: Seal, identifiers: readonly string[]): SpecialNames {
  return (root, steps) => {
    const space = root.toLowerCase();
    if (space === 'secret' && steps.length > 0)
      return unknown(root, steps, 'give the integration an authentication field and write @auth.<identifier>');
    if (space !== 'auth' || steps.length === 0) return undefined;
    const [name] = steps;
    if (steps.length === 1 && identifiers.includes(String(name))) return sealed('auth', steps, seal);
    const known = identifiers.length === 0 ? 'the integration has none' : `fields: ${identifiers.join(', ')}`;
    return {
      kind: 'problem',
      code: 'unknown-auth',
      text: `there is no authentication field "${steps.join('.')}"`,
      hint: suggestion(String(name), identifiers) ?? known,
    };
  };
}

/** Everywhere else secrets are a mistake: they never go into messages, variables or conditions. */
export const noSecrets: SpecialNames = (root, steps) => {
  if (!isSecret(root) || steps.length === 0) return undefined;
  const text = `secrets never go into messages: "@${root}.${steps.join('.')}" cannot stand here`;
  const hint = 'secrets stand in the headers, query, body and basic_auth of calls only';
  return { kind: 'problem', code: 'misplaced-secret', text, hint };
};

/** True for the first names of references to secrets. */
export function isSecret(root: string): boolean {
  return /^(secret|auth)$/i.test(root);
}

function sealed(space: 'secret' | 'auth', steps: readonly Step[], seal: Seal): Special {
  const [name, ...more] = steps.map(String);
  if (name !== undefined && more.length === 0 && SECRET_NAME.test(name))
    return { kind: 'text', text: seal.put(`${space}.${name}`) };
  const hint = 'a name has small letters, digits and _, and nothing comes after it, such as @secret.crm_key';
  return { kind: 'problem', code: 'bad-template', text: `"@${space}.${steps.join('.')}" is no name of a secret`, hint };
}

function unknown(root: string, steps: readonly Step[], hint: string): Special {
  const text = `"@${root}.${steps.join('.')}" means nothing here`;
  return { kind: 'problem', code: 'misplaced-secret', text, hint };
}
