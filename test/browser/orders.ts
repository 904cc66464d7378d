import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What the sample flow says, and what a visitor's page shows of it. */
export const HELLO = ['bot: Hello! I can look up an order for you.', 'bot: What is your order number?'];
export const ANOTHER = 'bot: Would you like to track another order?';
export const SHIPPED = [
  'bot: One moment, I am checking order CU001…',
  'bot: Good news, Ben Haggerty: order CU001 (Vogue White Wall x 4) was shipped on October 9th. It should be with you by April 3rd.',
  ANOTHER,
];
export const GOODBYE = 'bot: Thank you, goodbye!';

/** From an order number to the answer that there is none, and the question again. */
export function unknown(order: string): string[] {
  return [
    `you: ${order}`,
    `bot: One moment, I am checking order ${order}…`,
    `bot: I could not find order ${order}. Please check the number.`,
    'bot: What is your order number?',
  ];
}

/** A copy of the sample flows that gives up on a slow shop after 2 seconds: nobody should wait 5 for a test. */
export async function impatientFlows(dir: string): Promise<string> {
  const flows = join(dir, 'flows');
  await cp(resolve(import.meta.dirname, '../../flows'), flows, { recursive: true });
  const file = join(flows, 'order-status.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('timeout: 5\n', 'timeout: 2\n'));
  return flows;
}
