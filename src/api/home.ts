import type { Router } from 'express';
import express from 'express';
import { escapeMarkup } from '../domain/escape.ts';

/** Flows that can be tried in the browser. */
export type Linked = () => readonly { readonly id: string; readonly name: string }[];

const STYLE = `
:root { color-scheme: light dark; --page: #edf0f2; --card: #fff; --text: #16202a; --soft: #4a5864; --accent: #0b6b5d }
@media (prefers-color-scheme: dark) { :root { --page: #10161c; --card: #1a222b; --text: #e8edf2; --soft: #a9b6c2; --accent: #5ccbb8 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { width: min(34rem, 100% - 3rem); padding: 2.5rem 0 }
h1 { margin: 0; font-size: 1.6rem } p { color: var(--soft); margin: .4rem 0 1.4rem }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .7rem }
a { display: block; padding: .9rem 1.1rem; border-radius: .8rem; background: var(--card); color: inherit; text-decoration: none; font-weight: 600; border: 1px solid transparent }
a:hover, a:focus-visible { border-color: var(--accent); outline: none } a span { display: block; font-weight: 400; font-size: .85rem; color: var(--soft) }
`;

/** `GET /`: a plain page with a link to each flow that can be tried. */
export function homeRouter(linked: Linked): Router {
  const router = express.Router();
  router.get('/home.css', (_request, response) => void response.type('css').send(STYLE));
  router.get('/', (_request, response) => void response.type('html').send(page(linked())));
  return router;
}

function page(flows: ReturnType<Linked>): string {
  const items = flows.map(
    ({ id, name }) =>
      `<li><a href="/w/${encodeURIComponent(id)}">${escapeMarkup(name)}<span>/w/${escapeMarkup(id)}</span></a></li>`,
  );
  const list =
    items.length === 0
      ? '<p>No flow is listed yet. Give one the trigger <code>link: true</code>.</p>'
      : `<ul>${items.join('')}</ul>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/home.css">
</head>
<body><main><h1>Parley</h1><p>Conversations to try</p>${list}</main></body>
</html>
`;
}
