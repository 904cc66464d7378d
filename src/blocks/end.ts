import { z } from 'zod';
import { defineBlock } from './block.ts';
import { isHttpUrl } from '../domain/url.ts';

const schema = z.strictObject({ text: z.string().min(1).optional(), redirect_url: z.string().min(1).optional() });

/** Ends the flow, with a last message and a redirect for web visitors (Truora's redirect at the end). */
export const end = defineBlock({
  summary: 'Ends the flow, with a last text and, on the web, a redirect.',
  schema,
  example: `
- id: bye
  type: end
  text: "Thank you, goodbye!"
`,
  sets: () => [],
  compile(params, kit) {
    kit.fallsThrough(false);
    const text = params.text === undefined ? undefined : kit.text(params.text, ['text']);
    const url = params.redirect_url === undefined ? undefined : kit.text(params.redirect_url, ['redirect_url']);
    if (params.redirect_url !== undefined && !params.redirect_url.includes('@') && !isHttpUrl(params.redirect_url)) {
      kit.problem(
        'bad-value',
        'redirect_url: write an absolute address with scheme and host',
        ['redirect_url'],
        'such as https://shop.example/done',
      );
    }
    return {
      enter(turn) {
        if (text !== undefined) turn.say({ text: text(turn) });
        const address = url?.(turn);
        return address !== undefined && isHttpUrl(address) ? { kind: 'end', redirectUrl: address } : { kind: 'end' };
      },
    };
  },
});
