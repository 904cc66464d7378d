import type { Request, Response } from 'express';
import type { ChannelHost, LinkedFlow } from '../../src/channel/channel.ts';
import { escapeMarkup } from '../../src/domain/escape.ts';
import type { Assets } from './assets.ts';
import { framingOf } from './embed.ts';
import type { Framing } from './embed.ts';
import { expected, param } from './http.ts';
import { requestedRedirect } from './redirect.ts';
import { isRightToLeft, languageOf, wordsFor } from './page/words.ts';
import { readSettings } from './settings.ts';
import { linkedFlow } from './start.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; " +
  "media-src 'self' https:; base-uri 'none'; form-action 'none'";

const SECURITY = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Cache-Control': 'private, no-cache',
};

/** `GET /w/:flow`: the chat page of a flow; what is wrong with the link is told as a page too, as people read it. */
export async function servePage(
  host: ChannelHost,
  assets: Assets,
  request: Request,
  response: Response,
): Promise<void> {
  const framing = framingOf(host, request);
  const ancestors = ancestorsOf(framing);
  const { version } = assets;
  try {
    const flow = linkedFlow(host, param(request, 'flow'));
    if (framing.kind === 'refused')
      return sendHtml(response, 403, fill(TROUBLE, { ...refusal(framing.origin), version }), ancestors);
    const redirect = requestedRedirect(host, request, flow) ?? '';
    const facts = { redirect, version, embed: framing.kind === 'embedded' ? '1' : '' };
    sendHtml(response, 200, fill(assets.template, { ...facts, ...valuesOf(host, flow) }), ancestors);
  } catch (error) {
    const { status, message, hint } = expected(host, error);
    const text = status === 404 ? GONE : { title: 'This link does not work', text: message, hint };
    sendHtml(response, status, fill(TROUBLE, { ...text, version }), ancestors);
  }
}

/** Who may put the page into a frame. The one that says what is wrong has nothing to press, so anybody may. */
function ancestorsOf(framing: Framing): string {
  if (framing.kind === 'page') return "'none'";
  return framing.kind === 'embedded' ? framing.ancestors : '*';
}

/** The flow on the page, and the page's own words in the flow's language. */
function valuesOf(host: ChannelHost, flow: LinkedFlow): Record<string, string> {
  const { id, name, language = 'en' } = flow;
  return {
    ...wordsFor(language),
    flow: id,
    name,
    initial: (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '?').toUpperCase(),
    lang: languageOf(language),
    speaks: language,
    dir: isRightToLeft(language) ? 'rtl' : 'ltr',
    files: String(readSettings(host.env).uploadMax),
  };
}

const GONE = {
  title: 'This chat does not exist',
  text: 'The link may be old or misspelt. Ask whoever gave it to you for a new one.',
  hint: '',
};

function refusal(origin: string): { title: string; text: string; hint: string } {
  const text = `${origin} may not show this chat yet.`;
  return {
    title: 'The chat is not allowed here',
    text,
    hint: `Who runs the server can allow it: EMBED_ALLOW=${origin}`,
  };
}

const TROUBLE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <meta name="color-scheme" content="light dark" />
    <title>{{title}}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/w/assets/{{version}}/theme.css" />
    <link rel="stylesheet" href="/w/assets/{{version}}/chat.css" />
  </head>
  <body class="trouble">
    <main>
      <h1>{{title}}</h1>
      <p>{{text}}</p>
      <p>{{hint}}</p>
    </main>
  </body>
</html>
`;

function sendHtml(response: Response, status: number, html: string, ancestors: string): void {
  const framed = ancestors !== "'none'";
  response.status(status).set({ ...SECURITY, 'Content-Security-Policy': `${POLICY}; frame-ancestors ${ancestors}` });
  // This header knows no list of sites.
  if (framed) response.removeHeader('X-Frame-Options');
  else response.set('X-Frame-Options', 'DENY');
  if (framed) response.set('Cross-Origin-Resource-Policy', 'cross-origin');
  response.type('html').send(html);
}

/** Puts values into a template as text, whatever characters they have. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => escapeMarkup(values[name] ?? ''));
}
