import type { AskPlace, HttpAnswer } from '../../src/channel/channel.ts';
import { note, ok, problem } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { own } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import { failureOf } from './errors.ts';
import { listAt, numberAt, textAt } from '../../src/channel/fields.ts';
import { PATH } from './routes.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

const TIMEOUT = 10_000;

const FIELDS = 'display_phone_number,verified_name,quality_rating,webhook_configuration';
const TOKEN_PAGE = 'Make one of a system user that never expires: docs/channels/whatsapp-cloud.md, step 2.';
const WEBHOOK_PAGE = 'In the app open WhatsApp → Configuration: docs/channels/whatsapp-cloud.md, step 4.';

type Answered = Extract<HttpAnswer, { kind: 'answered' }>;
type Ask = (path: string, token?: string) => Promise<HttpAnswer>;

/** Asks Meta about the number, the token, and where the webhooks of the app go. */
export async function checkWhatsAppCloud(
  env: Readonly<Record<string, string | undefined>>,
  http: AskPlace,
): Promise<readonly Finding[]> {
  const settings = readSettings(env);
  const ask: Ask = (path, token = settings.token) =>
    http({
      method: 'GET',
      url: `${settings.apiUrl}/${path}`,
      headers: { Authorization: `Bearer ${token}` },
      timeout: TIMEOUT,
    });
  const number = await ask(`${encodeURIComponent(settings.phoneNumberId)}?fields=${FIELDS}`);
  if (!isGood(number)) return [problem(`Meta does not show the number: ${whyNot(number)}`, fixOf(number))];
  const token = await ask(`debug_token?input_token=${encodeURIComponent(settings.token)}`);
  const about = isGood(token) ? own(token.json, 'data') : undefined;
  return [...numberFacts(number.json), ...tokenFacts(about), ...(await webhook(settings, number.json, about, ask))];
}

function numberFacts(json: Json | undefined): Finding[] {
  const [number, name] = [textAt(json, 'display_phone_number') ?? '?', textAt(json, 'verified_name') ?? 'no name yet'];
  const known = ok(`Meta takes the access token: the number is ${number} (${name})`);
  if (textAt(json, 'quality_rating') !== 'RED') return [known];
  const fix = 'Write less to people who have not written first; see the WhatsApp manager.';
  return [known, note('Meta rates the quality of the number as low, and may limit or block it', fix)];
}

/** What a token may do and how long; nothing where Meta does not tell. */
function tokenFacts(about: Json | undefined): Finding[] {
  if (about === undefined) return [];
  const scopes = listAt(about, 'scopes');
  const lacks = scopes.length > 0 && !scopes.includes('whatsapp_business_messaging');
  const until = (numberAt(about, 'expires_at') ?? 0) * 1000;
  return [
    ...(lacks ? [problem('the access token lacks the permission whatsapp_business_messaging', TOKEN_PAGE)] : []),
    ...(until === 0 ? [] : [note(`the access token ends ${new Date(until).toISOString()}`, TOKEN_PAGE)]),
  ];
}

/** Where Meta sends what people write. Without the field `messages` nothing arrives, and nothing else tells so. */
async function webhook(
  settings: Settings,
  number: Json | undefined,
  about: Json | undefined,
  ask: Ask,
): Promise<Finding[]> {
  const wanted = `${settings.publicUrl}${PATH}`;
  const app = textAt(about, 'app_id');
  if (app === undefined)
    return [note('Meta does not say to which app the token belongs, so the webhook was not looked at', WEBHOOK_PAGE)];
  const answer = await ask(`${encodeURIComponent(app)}/subscriptions`, `${app}|${settings.secrets[0] ?? ''}`);
  if (!isGood(answer)) {
    const fix = 'Copy the app secret from App settings → Basic into WHATSAPP_CLOUD_APP_SECRET.';
    return [problem(`Meta does not show the webhook with the app secret: ${whyNot(answer)}`, fix)];
  }
  const subscribed = listAt(answer.json, 'data').find((one) => textAt(one, 'object') === 'whatsapp_business_account');
  const fields = listAt(subscribed, 'fields').map((field) =>
    typeof field === 'string' ? field : textAt(field, 'name'),
  );
  if (!fields.includes('messages'))
    return [problem('the app is not subscribed to the webhook field messages, so nothing arrives', WEBHOOK_PAGE)];
  return [leadsTo(overridden(number) ?? textAt(subscribed, 'callback_url') ?? '', wanted)];
}

function leadsTo(address: string, wanted: string): Finding {
  if (address === wanted) return ok(`what people write goes to ${wanted}`);
  return problem(`Meta sends what people write to ${address}, and this server is at ${wanted}`, WEBHOOK_PAGE);
}

/** An address that the number or its account has, which goes before that of the app. */
function overridden(number: Json | undefined): string | undefined {
  const set = own(number, 'webhook_configuration');
  return textAt(set, 'phone_number') ?? textAt(set, 'whatsapp_business_account');
}

function isGood(answer: HttpAnswer): answer is Answered {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

function whyNot(answer: HttpAnswer): string {
  return failureOf(answer, Date.now())?.sent.reason ?? 'there was no answer';
}

function fixOf(answer: HttpAnswer): string {
  return answer.kind === 'answered'
    ? 'Compare WHATSAPP_CLOUD_TOKEN and WHATSAPP_CLOUD_PHONE_NUMBER_ID with the app, docs/channels/whatsapp-cloud.md.'
    : 'Check the network, and WHATSAPP_CLOUD_API_URL if it is set.';
}
