import { isObject, own, toText } from '../domain/json.ts';
import type { JsonObject } from '../domain/json.ts';
import { withOperations } from './backend.ts';
import { countOf } from './calls.ts';
import { line, table } from './print.ts';

/** `parley contacts list`: who there is, and where. */
export function listContacts(options: { readonly limit?: string; readonly after?: string }): Promise<number> {
  return withOperations(async (operations) => {
    const { limit = '50', ...rest } = options;
    const { items, next } = await operations.contacts({ ...rest, limit: countOf(limit) });
    if (items.length === 0) line('there are no contacts');
    table(items.map((contact) => [toText(contact['id']), toText(contact['name']), whereabouts(contact)]));
    if (next !== undefined) line(`more: --after ${next}`);
    return 0;
  });
}

/** `parley contacts show`: one contact with its fields and variables. */
export function showContact(id: string): Promise<number> {
  return withOperations(async (operations) => {
    const contact = await operations.contact(id);
    line(`${toText(contact['id'])}  ${toText(contact['name'])}`.trimEnd());
    line(`  ${whereabouts(contact)}`);
    for (const [title, values] of [
      ['fields', contact['fields']],
      ['variables', own(contact['session'], 'variables')],
    ] as const) {
      const rows = isObject(values) ? Object.entries(values).map(([name, value]) => [name, toText(value)]) : [];
      if (rows.length > 0) line(title);
      table(rows, '  ');
    }
    return 0;
  });
}

/** `parley contacts reset`: ends the flow a contact is in. */
export function resetContact(id: string): Promise<number> {
  return withOperations(async (operations, place) => {
    const running = await operations.resetContact(id);
    if (!running) line(`${id} is in no flow`);
    else line(place === 'server' ? `the flow of ${id} is ended` : `the flow of ${id} ends when the server starts`);
    return 0;
  });
}

function whereabouts({ session }: JsonObject): string {
  if (!isObject(session)) return 'in no flow';
  const { flow, block, waiting_for: wait } = session;
  return `in ${toText(flow)} at ${toText(block)}, waits for ${toText(wait)}`;
}
