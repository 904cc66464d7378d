import { z } from 'zod';

/** A text, or a number or boolean that YAML made of one. */
export const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One scalar or a list of them. */
export const scalars = z.union([scalar, z.array(scalar).min(1)]);

/** One text, or a list of them. */
export const names = z.union([z.string(), z.array(z.string()).min(1)]);

/** From and to, both included. */
export const pairOf = <T extends z.ZodType>(item: T): z.ZodTuple<[T, T]> => z.tuple([item, item]);

/** A number, or a text that a template fills with one. */
export const numeral = z.union([z.number(), z.string()]);
