import type { IntegrationFacts, Operations } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import { allInput, ask, canAsk, lines, terminal } from './ask.ts';
import type { Asking } from './ask.ts';
import { withOperations } from './backend.ts';
import { line, table } from './print.ts';
import { showTest } from './tried.ts';

/** `parley credentials list`: which there are, and where their values may go. */
export function listCredentials(integration: string | undefined): Promise<number> {
  return withOperations(async (operations) => {
    if (integration !== undefined) await known(operations, integration);
    const rows = await operations.credentials(integration);
    if (rows.length === 0) line('there are no credentials; add one with: parley credentials add <integration> <name>');
    table(
      rows.map((row) => [
        row.integration,
        row.name,
        row.created_at.slice(0, 10),
        row.readable ? row.origins.join(', ') : 'cannot be read: its key is not in SECRET_KEY',
      ]),
    );
    return 0;
  });
}

/** Credentials outlive the file of their integration, so one that has some is known. */
async function known(operations: Operations, integration: string): Promise<void> {
  if ((await operations.credentials(integration)).length === 0) await operations.integration(integration);
}

/** `parley credentials add`: asks for the values, keeps them, and tries them at once; 1 when the test fails. */
export function addCredential(
  integration: string,
  name: string,
  options: { readonly value?: string },
  asking: Asking = terminal,
): Promise<number> {
  return withOperations(async (operations) => {
    const facts = await operations.integration(integration);
    const values = await valuesFor(facts, options.value, asking);
    const { test } = await operations.addCredential(integration, name, values);
    line(`kept the credential "${name}" of ${integration}; its test:`);
    return showTest(test);
  });
}

/** `parley credentials set`: asks for new values, and tries them at once; 1 when the test fails. */
export function changeCredential(
  integration: string,
  name: string,
  options: { readonly value?: string },
  asking: Asking = terminal,
): Promise<number> {
  return withOperations(async (operations) => {
    const values = await valuesFor(await operations.integration(integration), options.value, asking);
    const { test } = await operations.changeCredential(integration, name, values);
    line(`changed the credential "${name}" of ${integration}; its test:`);
    return showTest(test);
  });
}

/** `parley credentials rename`. */
export function renameCredential(integration: string, name: string, to: string): Promise<number> {
  return withOperations(async (operations) => {
    const { used_by: flows } = await operations.renameCredential(integration, name, to);
    line(`"${name}" of ${integration} is now called "${to}"`);
    if (flows.length > 0)
      line(`these flows still name "${name}", and their calls fail until they are changed: ${flows.join(', ')}`);
    return 0;
  });
}

/** `parley credentials test`: 1 when the test fails. */
export function testCredential(integration: string, name: string): Promise<number> {
  return withOperations(async (operations) => showTest(await operations.testCredential(integration, name)));
}

/** `parley credentials remove`. */
export function removeCredential(integration: string, name: string, options: { force?: boolean }): Promise<number> {
  return withOperations(async (operations) => {
    await operations.removeCredential(integration, name, options.force === true);
    line(`removed the credential "${name}" of ${integration}`);
    return 0;
  });
}

/** Values never stand in the command: other users of the machine could see them in its list of processes. */
async function valuesFor(
  { authentication }: IntegrationFacts,
  given: string | undefined,
  asking: Asking,
): Promise<Record<string, string>> {
  if (given !== undefined) {
    const [, identifier] = /^([^=]+)=-$/.exec(given) ?? [];
    if (identifier === undefined) throw notHere();
    return { [identifier]: await allInput(asking) };
  }
  if (!canAsk(asking)) return lines(asking);
  const values: Record<string, string> = {};
  for (const { identifier, name, type, required } of authentication.fields) {
    const label = `${name ?? identifier}${required ? '' : ' (optional)'}`;
    values[identifier] = await ask(label, type === 'password', asking);
  }
  return values;
}

function notHere(): ParleyError {
  return new ParleyError(
    'wrong_use',
    '--value takes <identifier>=-, and reads the value from standard input',
    'Values in a command can be seen by others; leave --value out to be asked, or pipe lines identifier=value in.',
  );
}
