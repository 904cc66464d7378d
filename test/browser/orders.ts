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
