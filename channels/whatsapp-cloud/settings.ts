/** Where Meta's Graph API is, version included, unless WHATSAPP_CLOUD_API_URL says otherwise. */
export const DEFAULT_API_URL = 'https://graph.facebook.com/v23.0';

/** Messages a second that Meta lets one number send before it is upgraded. */
export const DEFAULT_RATE = 80;

/** What the channel needs to know of the business number. */
export interface Settings {
  readonly token: string;
  /** Meta's id of the business phone number, not the number itself. */
  readonly phoneNumberId: string;
  /** App secrets that may sign webhooks; the first is current. */
  readonly secrets: readonly string[];
  readonly verifyToken: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  /** Where others reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Messages a second over all contacts. */
  readonly rate: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Names without which the channel stays off. */
export const NEEDS = [
  'WHATSAPP_CLOUD_TOKEN',
  'WHATSAPP_CLOUD_PHONE_NUMBER_ID',
  'WHATSAPP_CLOUD_APP_SECRET',
  'WHATSAPP_CLOUD_VERIFY_TOKEN',
] as const;

/** Reads the settings; an empty value counts as not set. */
export function readSettings(env: Env): Settings {
  const get = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]?.trim());
  const url = (name: string, otherwise: string): string => (get(name) ?? otherwise).replace(/\/+$/, '');
  return {
    token: get('WHATSAPP_CLOUD_TOKEN') ?? '',
    phoneNumberId: get('WHATSAPP_CLOUD_PHONE_NUMBER_ID') ?? '',
    secrets: listed(get('WHATSAPP_CLOUD_APP_SECRET')),
    verifyToken: get('WHATSAPP_CLOUD_VERIFY_TOKEN') ?? '',
    apiUrl: url('WHATSAPP_CLOUD_API_URL', DEFAULT_API_URL),
    publicUrl: url('PUBLIC_URL', `http://localhost:${get('PORT') ?? '3000'}`),
    rate: Number(get('WHATSAPP_CLOUD_RATE') ?? DEFAULT_RATE),
  };
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
