export { consoleChannel as console } from './console.ts';
export { web } from './web/index.ts';
