import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDefinitions } from '../../src/flow/definitions.ts';
import { Library } from '../../src/flow/library.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { flowArchive } from '../../src/wiring/archive.ts';
import { definitionText } from './compiled.ts';

const LOGIN = definitionText('user-login');
const FLOW = `flow: login
blocks:
  - id: check
    type: custom_integration
    integration: user-login
    action: validate_code
    inputs: { validation_id: V, token: 1 }
    on_failure: end
`;

describe('live integrations', () => {
  let dir: string;
  let store: Store;
  const library = (): Library =>
    new Library(
      dir,
      flowArchive(store, () => 1_000_000_000_000),
    );
  const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-integrations-'));
    store = await openStore({ dataDir: ':memory:' });
    await mkdir(join(dir, 'integrations'));
    await write('integrations/login.yaml', LOGIN);
    await write('login.yaml', FLOW);
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  it('come from integrations/ of the flows folder, and are not pinned: a change is there at the next load', async () => {
    const live = library();
    const first = await live.load();
    expect([...first.changed].sort()).to.deep.equal(['login', 'user-login']);
    expect(live.integration('user-login')?.actions.size).to.equal(2);
    expect(live.all().map(({ id }) => id)).to.deep.equal(['login']);
    await write('integrations/login.yaml', LOGIN.replace('Validate code', 'Check the code'));
    expect((await live.load()).changed).to.deep.equal(['user-login']);
    expect(live.integration('user-login')?.actions.get('validate_code')?.name).to.equal('Check the code');
    expect(live.integrations().map(({ id }) => id)).to.deep.equal(['user-login']);
  });

  it('stay as they were while their file has a mistake, also over a new start', async () => {
    const live = library();
    await live.load();
    await write('integrations/login.yaml', LOGIN.replace('method: GET', 'method: HEAD'));
    const { kept, diagnostics } = await live.load();
    expect(kept.map((file) => file.endsWith('login.yaml'))).to.deep.equal([true]);
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['bad-value']);
    expect(live.integration('user-login')?.actions.size).to.equal(2);
    await write('integrations/login.yaml', 'integration: user-login\nname: [\n');
    const next = library();
    await next.load();
    expect(next.integration('user-login')?.actions.size).to.equal(2);
    expect(next.current('login')?.id).to.equal('login');
    await next.keep();
  });

  it('TF6 a flow whose integration is gone keeps its last good version, and a new one does not go live', async () => {
    const live = library();
    await live.load();
    await rm(join(dir, 'integrations/login.yaml'));
    await write('other.yaml', FLOW.replace('flow: login', 'flow: other'));
    const { diagnostics, kept } = await live.load();
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['unknown-integration', 'unknown-integration']);
    expect(kept).to.have.length(1);
    expect([live.current('login')?.id, live.current('other'), live.integration('user-login')]).to.deep.equal([
      'login',
      undefined,
      undefined,
    ]);
  });

  it('TI3 the definitions of a folder are those that check, in the order of their ids', async () => {
    await write('integrations/a.yaml', LOGIN.replace('integration: user-login', 'integration: a-crm'));
    await write('integrations/bad.yaml', 'integration: bad\n');
    expect((await readDefinitions(dir)).map(({ id }) => id)).to.deep.equal(['a-crm', 'user-login']);
  });
});
