import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const STEPS = 6;

/** A flow of questions that says in each which version it is. */
function version(number: number): string {
  const blocks = Array.from(
    { length: STEPS },
    (_, i) => `  - { id: q${i}, type: question, text: "version ${number}, question ${i}" }\n`,
  );
  return `flow: f\nblocks:\n${blocks.join('')}  - { id: bye, type: end, text: "version ${number}, bye" }\n`;
}

describe('flow files in trouble while conversations run', function () {
  this.timeout(180_000);
  let server: TestApp;
  before(async () => {
    server = await startApp({ 'f.yaml': version(0) }, { env: { CHAT_RATE: '0' } });
  });
  after(() => server.close());

  it('broken, changed, cut off and deleted: everybody ends in the version they began with', async () => {
    const file = join(server.dir, 'flows', 'f.yaml');
    const talks: { visitor: Visitor; began: number; heard: string[] }[] = [];
    const change = async (text: string | null): Promise<void> => {
      await (text === null ? rm(file) : writeFile(file, text));
      await server.app.library.load();
    };
    const oneMore = async (): Promise<void> => {
      await Promise.all(
        talks.map(async ({ visitor, heard }) => {
          if (heard.length <= STEPS) heard.push(...(await visitor.say('on')));
        }),
      );
    };
    for (let round = 0; round < 6; round += 1) {
      await change(version(round));
      const fresh = Array.from({ length: 5 }, () => new Visitor(server.url));
      for (const visitor of fresh) talks.push({ visitor, began: round, heard: await visitor.start('f') });
      await oneMore();
      await change(version(round).slice(0, 60 + 7 * round));
      await oneMore();
      await change('flow: f\nblocks: [ { id: a, type: nonsense } ]\n');
      await oneMore();
      await change(null);
      await oneMore();
    }
    while (talks.some(({ heard }) => heard.length <= STEPS)) await oneMore();
    for (const { began, heard } of talks) {
      const questions = Array.from({ length: STEPS }, (_, i) => `version ${began}, question ${i}`);
      expect(heard).to.deep.equal([...questions, `version ${began}, bye`]);
    }
  });
});
