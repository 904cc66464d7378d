export { consoleChannel as console } from './console.ts';
export { slack } from './slack/index.ts';
export { web } from './web/index.ts';
export { whatsappCloud } from './whatsapp-cloud/index.ts';
export { whatsappWeb } from './whatsapp-web/index.ts';
