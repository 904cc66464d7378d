import { printable } from '../../src/domain/printable.ts';

/** What the end of a session means, for the person who runs the server. */
export interface Meaning {
  readonly level: 'warn' | 'error';
  readonly text: string;
  /** Milliseconds before it is tried again, at least. */
  readonly pause: number;
}

const HOUR = 60 * 60_000;

/** Words of WhatsApp Web for the end of a session, and signs of known faults. The first that fits counts. */
const REASONS: readonly (readonly [RegExp, Meaning])[] = [
  [/^LOGOUT$/, { level: 'error', text: 'The phone has unlinked this server: scan the new QR code', pause: 0 }],
  [/^UNPAIRED/, { level: 'error', text: 'The link to the phone is gone: scan the new QR code', pause: 0 }],
  [/^CONFLICT$/, { level: 'warn', text: 'WhatsApp Web was opened with this login somewhere else', pause: 30_000 }],
  [/TOS_BLOCK$/, { level: 'error', text: 'WhatsApp has blocked this number for breaking its terms', pause: HOUR }],
  [/^PROXYBLOCK$/, { level: 'error', text: 'WhatsApp refuses the address of this server', pause: HOUR }],
  [
    /^DEPRECATED_VERSION$/,
    { level: 'warn', text: 'WhatsApp Web wants a newer page: unset WHATSAPP_WEB_VERSION', pause: 0 },
  ],
  [
    /ERR_(NAME|INTERNET|CONNECTION|ADDRESS|NETWORK|TIMED|PROXY)/,
    { level: 'warn', text: 'web.whatsapp.com cannot be reached', pause: 10_000 },
  ],
  [
    /load version/,
    { level: 'error', text: 'WHATSAPP_WEB_VERSION names a page that is not in the folder pages', pause: 60_000 },
  ],
  [
    /in use by process/,
    {
      level: 'error',
      text: 'Another server uses the login of WhatsApp Web: run it in one process only',
      pause: 60_000,
    },
  ],
  [/launch|ENOENT|EACCES/, { level: 'error', text: 'Chromium does not start', pause: 10_000 }],
  [/auth timeout/, { level: 'warn', text: 'the page of WhatsApp Web is not what was expected', pause: 10_000 }],
];

/** What a reason means; one that is not known is passed on as it is. */
export function meaningOf(reason: string): Meaning {
  const known = REASONS.find(([pattern]) => pattern.test(reason))?.[1];
  return known ?? { level: 'warn', text: `WhatsApp Web has stopped: ${printable(reason).slice(0, 200)}`, pause: 0 };
}
