import { acceptSuite } from './store/accept.ts';
import { commitSuite } from './store/commit.ts';
import { documentSuite } from './store/documents.ts';
import type { Open, Opened, Setting } from './store/kit.ts';
import { leaseSuite } from './store/lease.ts';
import { purgeSuite } from './store/purge.ts';
import { raceSuite } from './store/races.ts';
import { readSuite } from './store/read.ts';
import { reopenSuite } from './store/reopen.ts';
import { settleSuite } from './store/settle.ts';

const START = 1_800_000_000_000;

/** The suite that any store has to pass: `open` gives each test an empty one. */
export function describeStore(name: string, open: Open): void {
  describe(`store contract: ${name}`, () => {
    let opened: Opened;
    let time = START;
    const setting: Setting = {
      get store() {
        return opened.store;
      },
      now: () => (opened.advance === undefined ? time : Date.now()),
      pass: async (ms) => {
        time += ms;
        await opened.advance?.(ms);
      },
    };
    beforeEach(async () => {
      time = START;
      opened = await open(() => time);
    });
    afterEach(() => opened.cleanup());

    acceptSuite(setting);
    commitSuite(setting);
    settleSuite(setting);
    leaseSuite(setting);
    readSuite(setting);
    documentSuite(setting);
    purgeSuite(setting);
    raceSuite(setting);
    reopenSuite(() => opened.reopen, setting);
  });
}
