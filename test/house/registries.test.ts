import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { CHANNELS } from '../../channels/index.ts';
import { BLOCKS } from '../../src/blocks/index.ts';

const root = resolve(import.meta.dirname, '../..');
const REGISTRIES = ['src/blocks/all.ts', 'src/operators/all.ts', 'channels/all.ts'];

describe('the house: registries', () => {
  for (const file of REGISTRIES) {
    it(`${file} holds export lines only`, () => {
      const text = readFileSync(join(root, file), 'utf8');
      const rest = text.replaceAll(/export \{[^}]*\} from '[^']+';/g, '').trim();
      expect(rest).to.equal('');
    });
  }

  it('every block type has a case file, and every case file a block type', () => {
    const cases = readdirSync(join(root, 'test/blocks/cases')).map((name) => name.replace(/\.yaml$/, ''));
    expect(cases.sort()).to.deep.equal([...BLOCKS.keys()].sort());
  });

  it('every block type and channel states what it is for', () => {
    for (const type of BLOCKS.values()) expect(type.summary).to.match(/^[A-Z].*\.$/);
    for (const channel of CHANNELS.values()) expect(channel.summary).to.match(/^[A-Z].*\.$/);
  });

  it('every channel has a test', () => {
    const missing = [...CHANNELS.keys()].filter((name) => !existsSync(join(root, `test/channels/${name}.test.ts`)));
    expect(missing).to.deep.equal([]);
  });
});
