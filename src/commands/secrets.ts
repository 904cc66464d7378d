import { allInput, ask, canAsk, terminal } from './ask.ts';
import type { Asking } from './ask.ts';
import { withOperations } from './backend.ts';
import { line, table } from './print.ts';

/** `parley secrets list`: names only. */
export function listSecrets(): Promise<number> {
  return withOperations(async (operations) => {
    const rows = await operations.secrets();
    if (rows.length === 0) line('there are no secrets; set one with: parley secrets set <name>');
    table(
      rows.map(({ name, created_at: created, readable }) => [
        name,
        created.slice(0, 10),
        readable ? `@secret.${name}` : 'cannot be read: its key is not in SECRET_KEY',
      ]),
    );
    return 0;
  });
}

/** `parley secrets set`: asks for the value, or takes what is piped in. */
export function setSecret(name: string, asking: Asking = terminal): Promise<number> {
  return withOperations(async (operations) => {
    const value = canAsk(asking) ? await ask(name, true, asking) : await allInput(asking);
    const isNew = await operations.setSecret(name, value);
    line(`${isNew ? 'kept' : 'changed'} the secret "${name}"; flows write it as @secret.${name}`);
    return 0;
  });
}

/** `parley secrets remove`. */
export function removeSecret(name: string, options: { force?: boolean }): Promise<number> {
  return withOperations(async (operations) => {
    await operations.removeSecret(name, options.force === true);
    line(`removed the secret "${name}"`);
    return 0;
  });
}
