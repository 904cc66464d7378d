import type { Router } from 'express';
import express from 'express';

/** Flows that can be tried in the browser. */
export type Linked = () => readonly { readonly id: string; readonly name: string }[];

/** `GET /`: a plain page with a link to each flow that can be tried. */
export function homeRouter(linked: Linked): Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    const items = linked().map(({ id, name }) => `<li><a href="/w/${encodeURIComponent(id)}">${escape(name)}</a></li>`);
    const list =
      items.length === 0
        ? '<p>No flow can be started by a link yet. Give one the trigger <code>link: true</code>.</p>'
        : `<ul>${items.join('')}</ul>`;
    response
      .type('html')
      .send(
        `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Parley</title><h1>Parley</h1><p>Conversations to try:</p>${list}</html>`,
      );
  });
  return router;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
