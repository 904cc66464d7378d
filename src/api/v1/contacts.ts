import type { Router } from 'express';
import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json.ts';
import { linkedTo } from '../../domain/person.ts';
import { pageSize, queryText } from './input.ts';
import type { Allow, At } from './input.ts';
import type { Operations } from './operations.ts';

/** Contacts, and where they are. What moves them is in the routes for outside systems. */
export function addContactRoutes(
  router: Router,
  allow: Allow,
  contacts: Pick<Operations, 'contacts' | 'contact' | 'overdue'>,
): void {
  const read = allow('contacts:read');
  router.get('/contacts', read, async (request, response) => {
    const after = queryText(request, 'after');
    response.json(await contacts.contacts({ limit: pageSize(request), ...(after === undefined ? {} : { after }) }));
  });
  router.get('/overdue', read, async (request, response) => {
    const after = queryText(request, 'after');
    response.json(await contacts.overdue(after === undefined ? {} : { after }));
  });
  router.get('/contacts/:id', read, async (request: At<'id'>, response) => {
    response.json(await contacts.contact(request.params.id));
  });
}

/** A contact as people see it: the session is null when no flow runs. */
export function contactFacts({ contact, session }: Conversation): JsonObject {
  const where =
    session === null
      ? null
      : { flow: session.flow, block: session.block, waiting_for: session.wait.for, variables: session.variables };
  return {
    id: contact.id,
    channel: contact.channel,
    address: contact.address,
    name: contact.name ?? null,
    fields: contact.fields,
    linked: linkedTo(contact),
    session: where,
  };
}
