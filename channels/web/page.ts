import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { escapeMarkup } from '../../src/domain/escape.ts';
import type { Assets } from './assets.ts';
import { expected, param } from './http.ts';
import { requestedRedirect } from './redirect.ts';
import { linkedFlow } from './start.ts';

const SECURITY = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; " +
    "media-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
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
  try {
    const flow = linkedFlow(host, param(request, 'flow'));
    const redirect = requestedRedirect(host, request, flow) ?? '';
    const { version } = assets;
    sendHtml(
      response,
      200,
      fill(assets.template, { flow: flow.id, name: flow.name, initial: initialOf(flow.name), redirect, version }),
    );
  } catch (error) {
    const { status, message } = expected(host, error);
    const title = status === 404 ? 'This chat does not exist' : 'This link does not work';
    const text =
      status === 404 ? 'The link may be old or misspelt. Ask whoever gave it to you for a new one.' : message;
    sendHtml(response, status, fill(TROUBLE, { title, text, version: assets.version }));
  }
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
    </main>
  </body>
</html>
`;

function sendHtml(response: Response, status: number, html: string): void {
  response.status(status).set(SECURITY).type('html').send(html);
}

/** Puts values into a template as text, whatever characters they have. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => escapeMarkup(values[name] ?? ''));
}

function initialOf(name: string): string {
  return (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '?').toUpperCase();
}
