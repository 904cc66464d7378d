import {
  anything,
  codeTemplate,
  digits,
  hosts,
  httpUrl,
  keyRing,
  length,
  longToken,
  mongoUri,
  oneOf,
  origins,
  perMinute,
  port,
  rate,
  sessionName,
  size,
  slackId,
  slackIds,
  slackToken,
  smsAction,
  token,
  wholeNumber,
} from './setting-checks.ts';
import type { Setting } from './setting-checks.ts';

/** Every setting, in the order of `.env.example`. One row here is all it takes to add one. */
export const SETTINGS = {
  PORT: { default: '3000', help: 'Port of the HTTP server; 0 takes any free one.', check: port },
  HOST: {
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 opens the server to the network.',
    check: anything,
  },
  PUBLIC_URL: {
    help: 'Address under which others reach this server, for links; default http://localhost:PORT.',
    check: httpUrl,
  },
  DATA_DIR: {
    default: './data',
    help: 'Folder of the embedded store and of the keys made on the first start.',
    check: anything,
  },
  FLOWS_DIR: { default: './flows', help: 'Folder of the flows.', check: anything },
  MONGODB_URI: { help: 'MongoDB for many server processes; unset: the embedded store.', secret: true, check: mongoUri },
  SECRET_KEY: {
    help: '32 bytes in base64 that encrypt credentials; a comma list is a ring whose first key is current. Made on first start.',
    secret: true,
    check: keyRing,
  },
  ADMIN_TOKEN: { help: 'API token with every scope. Made on first start.', secret: true, check: longToken },
  CHANNELS: { default: 'web,console', help: 'Channels to open, separated by commas.', check: anything },
  OUTBOUND_ALLOW: {
    help: 'Hosts (crm.lan, localhost:8080) or ranges (10.1.0.0/16) of private APIs that flows may call; everything private is refused otherwise.',
    check: anything,
  },
  REDIRECT_ALLOW: {
    help: "Hosts (shop.example, *.shop.example) that the redirect_url of a web link may lead to, beside the flow's own and this server's.",
    check: hosts,
  },
  EMBED_ALLOW: {
    help: 'Origins (https://shop.example) of the sites that may show the chat with widget.js; * allows every site. Unset: only this server itself.',
    check: origins,
  },
  UPLOAD_MAX: {
    default: '10MB',
    help: 'Largest file that a visitor of the web chat may send, such as 500KB or 10MB; 0 takes no files.',
    check: size,
  },
  CHAT_RATE: {
    default: '600',
    help: 'Requests a minute to the chat API for one session, and ten times as many for one address; 0 sets no limit.',
    check: perMinute,
  },
  WHATSAPP_CLOUD_TOKEN: {
    help: 'Access token of a system user for the WhatsApp Cloud API.',
    secret: true,
    check: token,
  },
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: {
    help: "Meta's id of the business phone number, from the app dashboard; not the number itself.",
    check: digits,
  },
  WHATSAPP_CLOUD_APP_SECRET: {
    help: 'App secret that signs the webhooks; while you change it, the new one and the old one with a comma between.',
    secret: true,
    check: token,
  },
  WHATSAPP_CLOUD_VERIFY_TOKEN: {
    help: 'Any text you make up; enter the same in the app dashboard as the verify token of the webhook.',
    secret: true,
    check: anything,
  },
  WHATSAPP_CLOUD_API_URL: {
    default: 'https://graph.facebook.com/v23.0',
    help: 'Address and version of the Graph API.',
    check: httpUrl,
  },
  WHATSAPP_CLOUD_RATE: {
    default: '80',
    help: 'Messages a second that this process sends: 20 for a number that the WhatsApp app uses too, up to 1000 for an upgraded one.',
    check: rate,
  },
  SLACK_BOT_TOKEN: {
    help: 'Bot token of the Slack app, from "OAuth & Permissions"; it begins with xoxb-.',
    secret: true,
    check: slackToken('xapp-', 'xoxp-'),
  },
  SLACK_SIGNING_SECRET: {
    help: 'Signing secret of the Slack app, from "Basic Information", for events by HTTP at /channels/slack/events.',
    secret: true,
    check: token,
  },
  SLACK_APP_TOKEN: {
    help: 'App-level token of the Slack app with connections:write; it begins with xapp-. With it Slack needs no way in (Socket Mode).',
    secret: true,
    check: slackToken('xoxb-', 'xoxp-'),
  },
  SLACK_BENCH_CHANNELS: {
    help: 'Ids of Slack channels in which everybody may try flows with /parley, separated by commas; unset: none.',
    check: slackIds('C', 'G', 'D'),
  },
  SLACK_BENCH_USERS: {
    help: 'Ids of people in Slack who may try flows with /parley wherever the bot is, separated by commas; unset: nobody.',
    check: slackIds('U', 'W'),
  },
  SLACK_SUPPORT_CHANNEL: {
    help: 'Id of the Slack channel to which the handoff block hands conversations over; the bot has to be in it.',
    check: slackId('C', 'G'),
  },
  SLACK_API_URL: { default: 'https://slack.com/api/', help: "Address of Slack's Web API.", check: httpUrl },
  WHATSAPP_WEB_SESSION: {
    default: 'default',
    help: 'Name of the login of the linked phone, kept in DATA_DIR/whatsapp-web; another name is another number.',
    check: sessionName,
  },
  WHATSAPP_WEB_DAILY_CAP: {
    default: '1000',
    help: 'Messages that the linked phone sends in a day (UTC); what is over waits for the next. 0: any number, which invites a ban.',
    check: wholeNumber(0, 1_000_000),
  },
  WHATSAPP_WEB_MEMORY: {
    default: '1024',
    help: "Megabytes that whatsapp-web's process and its browser may use before they are started afresh.",
    check: wholeNumber(200, 65_536),
  },
  WHATSAPP_WEB_VERSION: {
    help: "WhatsApp's page to use when the newest one does not work: the name, without .html, of a file in DATA_DIR/whatsapp-web/pages.",
    check: anything,
  },
  WHATSAPP_WEB_BROWSER_ARGS: {
    help: 'More arguments for Chromium, separated by spaces, such as --proxy-server=http://proxy.lan:3128.',
    check: anything,
  },
  PUPPETEER_EXECUTABLE_PATH: {
    help: 'Chromium or Chrome for whatsapp-web; default: the first that is found on PATH or where it is usually installed.',
    check: anything,
  },
  STORE_SYNC: {
    default: 'FULL',
    help: 'FULL survives a power cut; NORMAL is faster and survives a killed process.',
    check: oneOf('FULL', 'NORMAL'),
  },
  DEMO_API: {
    help: 'on or off: the small APIs under /demo that the sample flows call. Default: on, but off when NODE_ENV is production.',
    check: oneOf('on', 'off'),
  },
  RETENTION_CALLS: {
    default: '30d',
    help: 'How long the call log is kept: a number and a unit, such as 30d or 12h.',
    check: length,
  },
  RETENTION_TRANSCRIPTS: {
    default: '90d',
    help: 'How long transcripts are kept: a number and a unit, such as 90d or 12h.',
    check: length,
  },
  SMS_ACTION: {
    help: 'Action of a custom integration that sends an SMS for phone_validator, as integration.action or integration.action@credential; its inputs are to and text.',
    check: smsAction,
  },
  WHATSAPP_CODE_TEMPLATE: {
    help: 'Approved WhatsApp template that carries the code of phone_validator, such as login_code:en_US: as its one parameter, and for its button that copies or fills in the code. For a template without a button add :no_button.',
    check: codeTemplate,
  },
  LOG_LEVEL: {
    default: 'info',
    help: 'error, warn, info or debug; debug shows message texts.',
    check: oneOf('error', 'warn', 'info', 'debug'),
  },
  LOG_FORMAT: { default: 'pretty', help: 'pretty for people, json for machines.', check: oneOf('json', 'pretty') },
} as const satisfies Record<string, Setting>;

/** Names of the settings. */
export type SettingName = keyof typeof SETTINGS;
