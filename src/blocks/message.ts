import { z } from 'zod';
import type { Template, TemplateButton } from '../domain/message.ts';
import type { Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { compileContent, compileOptions, mediaSchema, optionsSchema } from './content.ts';

const coordinate = z.union([z.number(), z.string()]);

const filling = z.string().min(1);
/** Where a button is among those of its template, from 1; without it, where it stands in the list. */
const at = z.int().min(1).max(10).optional();

const buttonSchema = z.union([
  z.strictObject({ url: filling, at }),
  z.strictObject({ copy_code: filling, at }),
  z.strictObject({ reply: filling, at }),
]);

/** A template that WhatsApp has approved: its name and language there, and the values of its placeholders in order. */
const templateSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, {
    message: 'the name of a template has small letters, digits and _, as WhatsApp shows it',
  }),
  language: z
    .string()
    .regex(/^([a-z]{2,3}(_[A-Z]{2})?|@.+)$/, { message: 'write the language as WhatsApp does, such as es or pt_BR' })
    .optional(),
  params: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  buttons: z.array(buttonSchema).min(1).max(10).optional(),
});

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
    template: templateSchema.optional(),
  })
  .refine((p) => Object.keys(p).length > 0, {
    message: 'a message needs a text, media, buttons, a list, a location or a template',
  });

/** Sends one message and goes on. */
export const message = defineBlock({
  summary: 'Sends a message: text, media, buttons, a list, a location or a WhatsApp template.',
  schema,
  example: `
- id: welcome
  type: message
  text: "Hello @contact.name, good to see you."
`,
  sets: () => [],
  compile(params, kit) {
    const content = compileContent(params, kit);
    const list = params.list === undefined ? undefined : compileOptions(params.list.options, kit, 'list', 'options');
    const listLabel = params.list === undefined ? undefined : kit.text(params.list.label, ['list', 'label']);
    const location = params.location === undefined ? undefined : kit.value({ ...params.location }, ['location']);
    const template = params.template === undefined ? undefined : compileTemplate(params.template, kit);
    const plain = list === undefined && location === undefined && template === undefined;
    return {
      enter(turn) {
        if (plain) {
          turn.say(content(turn));
          return kit.next;
        }
        const place = location?.(turn);
        turn.say({
          ...content(turn),
          ...(list === undefined || listLabel === undefined
            ? {}
            : { list: { label: listLabel(turn), options: list(turn) } }),
          ...(place === undefined ? {} : placeOf(place)),
          ...(template === undefined ? {} : { template: template(turn) }),
        });
        return kit.next;
      },
    };
  },
});

/** Without a language it is the flow's, in WhatsApp's spelling: `pt_BR` for `pt-BR`. */
function compileTemplate(
  { name, language, params = [], buttons = [] }: z.output<typeof templateSchema>,
  kit: Kit,
): (turn: Turn) => Template {
  const spoken = language === undefined ? undefined : kit.text(language, ['template', 'language']);
  const values = params.map((param, i) => kit.text(String(param), ['template', 'params', i]));
  const filled = buttons.map((button, i) => compileButton(button, i, kit));
  return (turn) => ({
    name,
    language: (spoken?.(turn) ?? turn.language).replace('-', '_'),
    params: values.map((value) => value(turn)),
    ...(filled.length === 0 ? {} : { buttons: filled.map((button) => button(turn)) }),
  });
}

function compileButton(button: z.output<typeof buttonSchema>, i: number, kit: Kit): (turn: Turn) => TemplateButton {
  const [kind, written] =
    'url' in button
      ? (['url', button.url] as const)
      : 'reply' in button
        ? (['reply', button.reply] as const)
        : (['copy_code', button.copy_code] as const);
  const value = kit.text(written, ['template', 'buttons', i, kind]);
  return (turn) => ({ kind, value: value(turn), at: (button.at ?? i + 1) - 1 });
}

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
