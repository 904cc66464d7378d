import { randomBytes } from 'node:crypto';
import type { Caller } from '../calls/caller.ts';
import type { SecretSource } from '../calls/secrets.ts';
import type { CallRequest, Sealed } from '../domain/call.ts';
import type { Config } from '../config/config.ts';
import type { World } from '../domain/world.ts';
import type { Library } from '../flow/library.ts';
import type { SendSms } from '../outbox/codes.ts';
import { trialScope } from './tried.ts';

/** What sending an SMS needs. */
export interface SmsParts {
  readonly config: Config;
  readonly library: Library;
  readonly world: World;
  readonly caller: Caller;
  readonly secrets: SecretSource;
  serverUrl(): string;
}

/** The name by which the code stands in the request until it leaves. */
const CODE = 'secret.one_time_code';

/**
 * Sends SMS by an action of a custom integration that takes `to` and `text`, named by SMS_ACTION; null when none is
 * named. The code goes as a secret does: put in when the request leaves, and masked in the webhook log.
 */
export function smsSender(parts: SmsParts): SendSms | null {
  const named = parts.config.smsAction;
  if (named === null) return null;
  return async (to, code, textWith, signal) => {
    const marker = `code${randomBytes(12).toString('hex')}`;
    const request = requestOf(named, { to, text: textWith(marker) }, parts);
    if ('problem' in request) return { kind: 'failed', code: 'bad_request', reason: `SMS_ACTION: ${request.problem}` };
    const { integration, credential } = named;
    const how = { integration, ...(credential === undefined ? {} : { credential }) };
    const secrets = withCode(code, parts.secrets);
    return (await parts.caller.test(sealed(request, marker), { ...how, secrets, signal })).outcome;
  };
}

function requestOf(
  { integration, action: id }: NonNullable<Config['smsAction']>,
  inputs: { to: string; text: string },
  parts: SmsParts,
): CallRequest | { readonly problem: string } {
  const action = parts.library.integration(integration)?.actions.get(id);
  if (action === undefined) return { problem: `${integration}.${id} is no live action` };
  return action.request(inputs, trialScope(parts.world, parts.serverUrl()));
}

function withCode(code: string, secrets: SecretSource): SecretSource {
  return {
    secret: async (name) => (`secret.${name}` === CODE ? { kind: 'found', value: code } : secrets.secret(name)),
    credential: (integration, name) => secrets.credential(integration, name),
  };
}

/** The request with the code's place sealed, wherever the action has put the text. */
function sealed(request: CallRequest, marker: string): CallRequest {
  const seal = (text: Sealed): Sealed => sealText(text, marker);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, seal(value)]));
  const body = request.body === undefined ? {} : { body: seal(request.body) };
  return { ...request, url: seal(request.url), headers, ...body };
}

function sealText(text: Sealed, marker: string): Sealed {
  const parts = typeof text === 'string' ? [text] : text;
  return parts.flatMap((part) => {
    if (typeof part !== 'string') return [part];
    return part.split(marker).flatMap((piece, i) => (i === 0 ? [piece] : [{ secret: CODE }, piece]));
  });
}
