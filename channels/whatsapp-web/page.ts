import { escapeMarkup } from '../../src/domain/escape.ts';
import type { State } from './supervisor.ts';

/** Seconds after which the page looks again; a code of WhatsApp lasts about twenty. */
const REFRESH = 5;

/** What a browser may do with the page: nothing but show it. The style is found by its hash. */
export function headersOf(styleHash: string): Record<string, string> {
  return {
    'Content-Security-Policy': `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
  };
}

export const STYLE = `
:root { color-scheme: light dark; --page: #edf0f2; --card: #fff; --text: #16202a; --soft: #4a5864 }
@media (prefers-color-scheme: dark) { :root { --page: #10161c; --card: #1a222b; --text: #e8edf2; --soft: #a9b6c2 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { width: min(26rem, 100% - 3rem); padding: 2rem; border-radius: .8rem; background: var(--card) }
h1 { margin: 0 0 .6rem; font-size: 1.4rem } p { margin: .4rem 0 0; color: var(--soft) }
svg { display: block; width: 100%; height: auto; margin: 1rem 0; border-radius: .4rem }
`;

/** What the page says about a state; the code is a picture below the heading. */
export function pageOf(state: State, svg: string): string {
  const { title, text } = wordsOf(state);
  return whole(title, text, state.kind === 'qr' ? svg : '', `<meta http-equiv="refresh" content="${REFRESH}">`);
}

/** What somebody sees whose link is not good. */
export function refusedPage(): string {
  return whole(
    'This link does not work',
    'It works once, and for 15 minutes. The log of the server has a new one after each start and whenever a code has to be scanned.',
    '',
    '',
  );
}

function wordsOf(state: State): { readonly title: string; readonly text: string } {
  switch (state.kind) {
    case 'qr':
      return {
        title: 'Link WhatsApp',
        text: 'On the phone: WhatsApp, Settings, Linked devices, Link a device. Then point it at the code. It changes every few seconds.',
      };
    case 'authenticated':
      return { title: 'Almost there', text: 'The phone has agreed. WhatsApp is loading its chats.' };
    case 'ready':
      return {
        title: 'WhatsApp is linked',
        text: `The number is +${state.me.split('@')[0] ?? ''}${state.name === '' ? '' : ` (${state.name})`}. You can close this page.`,
      };
    case 'starting':
      return { title: 'WhatsApp Web is starting', text: 'This takes a few seconds.' };
    case 'waiting':
      return { title: 'WhatsApp Web will start again', text: `${state.reason}.` };
    case 'closed':
      return { title: 'The server is stopping', text: '' };
  }
}

function whole(title: string, text: string, svg: string, head: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${escapeMarkup(title)}</h1>${svg}<p>${escapeMarkup(text)}</p></main></body>
</html>
`;
}
