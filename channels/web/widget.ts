import type { Response } from 'express';
import { ParleyError } from '../../src/domain/error.ts';
import type { Assets } from './assets.ts';

/** `GET /widget.js`: the chat button for other sites. Its address never changes, so browsers ask again after a while. */
export async function serveWidget(assets: Assets, response: Response): Promise<void> {
  const script = assets.files.get('widget.js');
  if (script === undefined) throw new ParleyError('not_found', 'the widget is not built yet', 'Run `npm run build`.');
  response.set({
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': 'public, max-age=300',
    'X-Content-Type-Options': 'nosniff',
    // Any site may load it; which may show the chat is another question.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  response.send(script);
}
