import { z } from 'zod';

const text = z.string();

/** A message as the child hands it over: what a flow could use, and nothing of WhatsApp's inner works. */
export const webMessage = z.object({
  /** WhatsApp's own id, `id._serialized`: the same whenever and however the message is seen. */
  id: text.min(1).max(512),
  /** The chat it is in, such as `27821234567@c.us` or `1234567890@lid`. */
  chat: text,
  /** Written with our number: by us, or by a person on the phone. */
  own: z.boolean(),
  type: text,
  subtype: text.optional(),
  /** Seconds since 1970, by WhatsApp's clock. */
  at: z.number(),
  text,
  /** What the sender calls themselves. */
  name: text.optional(),
  /** A post to everybody who has the number, not a message to us. */
  status: z.boolean(),
  file: z.object({ mime: text.optional(), filename: text.optional(), size: z.number().optional() }).optional(),
  place: z.object({ latitude: z.number(), longitude: z.number(), label: text.optional() }).optional(),
  cards: z.array(text).optional(),
  choice: text.optional(),
});

export type WebMessage = z.infer<typeof webMessage>;
