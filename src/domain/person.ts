import { createHash } from 'node:crypto';
import type { Contact } from './contact.ts';
import { own } from './json.ts';

/** What shows that contacts are one person: the same phone or e-mail address, proved by each of them. */
export interface Proof {
  readonly by: 'phone' | 'email';
  /** E.164 with its plus, or the address in small letters. */
  readonly value: string;
}

/** The kinds of proof; a contact is linked once by each. */
export const PROOFS = ['phone', 'email'] as const;

/** A proof as people write it, or null when it is no number with its country code, or no address. */
export function proofOf(by: Proof['by'], written: string): Proof | null {
  const value = by === 'phone' ? written.replaceAll(/[\s().-]/g, '') : written.trim().toLowerCase();
  const good = by === 'phone' ? /^\+[1-9]\d{6,14}$/ : /^[^\s@]{1,64}@[^\s@]{1,180}\.[^\s@.]{2,60}$/;
  return good.test(value) ? { by, value } : null;
}

/** The id of a person. It shows neither number nor address to whoever reads it by chance. */
export function personOf({ by, value }: Proof): string {
  return createHash('sha256').update(`${by}:${value}`).digest('hex').slice(0, 32);
}

/** Fields of a linked contact. No flow can write them: no name begins with `_`. */
export const personField = (by: Proof['by']): string => `_person_${by}`;
export const linkedField = (by: Proof['by']): string => `_linked_${by}`;

/** The person a contact is by one kind of proof, or null. */
export function personIn({ fields }: Contact, by: Proof['by']): string | null {
  const person = own(fields, personField(by));
  return typeof person === 'string' ? person : null;
}

/** Ids of the other contacts that are the same person. */
export function linkedTo({ fields }: Contact): string[] {
  const all = PROOFS.flatMap((by) => {
    const ids = own(fields, linkedField(by));
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  });
  return [...new Set(all)];
}
