import { z } from 'zod';
import { defineBlock } from './block.ts';
import { compileContent, compileOptions, mediaSchema, optionsSchema } from './content.ts';

const coordinate = z.union([z.number(), z.string()]);

const schema = z
  .strictObject({
    text: z.string().min(1).optional(),
    media: mediaSchema.optional(),
    buttons: optionsSchema.optional(),
    quick_replies: optionsSchema.optional(),
    list: z.strictObject({ label: z.string().min(1), options: optionsSchema }).optional(),
    location: z
      .strictObject({
        latitude: coordinate,
        longitude: coordinate,
        name: z.string().optional(),
        address: z.string().optional(),
      })
      .optional(),
  })
  .refine((p) => Object.keys(p).length > 0, {
    message: 'a message needs a text, media, buttons, a list or a location',
  });

/** Sends one message and goes on. */
export const message = defineBlock({
  summary: 'Sends a message: text, media, buttons, a list or a location.',
  schema,
  example: `
- id: welcome
  type: message
  text: "Hello @contact.name, good to see you."
`,
  sets: () => [],
  compile(params, kit) {
    const content = compileContent(params, kit);
    const list = params.list === undefined ? undefined : compileOptions(params.list.options, kit, 'list');
    const listLabel = params.list === undefined ? undefined : kit.text(params.list.label, ['list', 'label']);
    const location = params.location === undefined ? undefined : kit.value({ ...params.location }, ['location']);
    return {
      enter(turn) {
        const place = location?.(turn);
        turn.say({
          ...content(turn),
          ...(list === undefined || listLabel === undefined
            ? {}
            : { list: { label: listLabel(turn), options: list(turn) } }),
          ...(place === undefined ? {} : placeOf(place)),
        });
        return kit.next;
      },
    };
  },
});

const place = z.object({
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  name: z.string().optional(),
  address: z.string().optional(),
});

function placeOf(value: unknown): { location?: z.output<typeof place> } {
  const checked = place.safeParse(value);
  return checked.success ? { location: checked.data } : {};
}
