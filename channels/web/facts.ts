import { note, ok } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { inWords } from './kinds.ts';
import { readSettings } from './settings.ts';
import { parseWebUrl } from './url.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the settings of the web chat mean for visitors, for `parley doctor`: nothing has to be asked for that. */
export function factsOf(env: Env): Finding[] {
  const { publicUrl, embedAllow, uploadMax, uploads, rate } = readSettings(env);
  const base = publicUrl ?? `http://localhost:${env['PORT'] || '3000'}`;
  const many = (env['MONGODB_URI'] ?? '') !== '';
  const framed = embedAllow.length === 0 ? 'only by this server (EMBED_ALLOW)' : `by ${embedAllow.join(', ')}`;
  return [
    ok(`the chat of a flow is at ${base}/w/<flow>; it may be shown in a frame ${framed}`),
    ...(isOpen(publicUrl) ? [note('PUBLIC_URL is http, so chats can be read on their way', 'Use https.')] : []),
    uploadMax === 0
      ? ok('files of visitors are not taken (UPLOAD_MAX is 0)')
      : ok(`files of visitors up to ${inWords(uploadMax)} are kept in ${uploads}`),
    ...(many && uploadMax > 0 ? [note('processes on several machines have to share the folder of files')] : []),
    ...(rate === 0 ? [note('CHAT_RATE is 0, so nothing limits what one visitor asks for')] : []),
  ];
}

/** True for http to a machine that is not this one. */
function isOpen(publicUrl: string | undefined): boolean {
  const url = parseWebUrl(publicUrl);
  return url?.protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
