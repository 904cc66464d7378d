import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Tab, Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

const FLOWS = {
  'tienda.yaml': `flow: tienda
language: es
channels: [web]
blocks:
  - { id: q, type: question, text: "¿Cómo te llamas?", next: bye }
  - { id: bye, type: end, text: "Adiós, @q." }
`,
  'loja.yaml': `flow: loja
language: pt-BR
channels: [web]
blocks:
  - { id: q, type: question, text: "Qual é o seu nome?", buttons: [ "Ana", "Rui" ] }
`,
  'matjar.yaml': `flow: matjar
name: متجر
language: ar
channels: [web]
blocks:
  - { id: q, type: question, text: "ما اسمك؟", next: more }
  - { id: more, type: question, text: "مرحبا @q", buttons: [ "نعم", "لا" ] }
`,
  'long.yaml': `flow: long
name: ${WORD}
channels: [web]
blocks:
  - id: q
    type: question
    text: "${`${WORD} and more. `.repeat(60)}"
    buttons: [ "${WORD.slice(0, 75)}", "No" ]
`,
};

inBrowser('the chat page in other languages', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let visitor: Visitor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    await mkdir(join(dir, 'flows'));
    for (const [name, text] of Object.entries(FLOWS)) await writeFile(join(dir, 'flows', name), text);
    server = await startServer(join(dir, 'data'), { FLOWS_DIR: join(dir, 'flows') });
  });
  after(async () => {
    server.kill('SIGTERM');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (visitor = await browsing.visitor({ viewport: { width: 320, height: 480 } })));
  afterEach(async () => {
    await visitor.leave();
    expect(visitor.problems).to.deep.equal([]);
  });

  const say = async (tab: Tab, field: string, text: string): Promise<void> => {
    await tab.page.getByLabel(field).fill(text);
    await tab.page.getByLabel(field).press('Enter');
  };
  const overflows = (tab: Tab): Promise<number[]> =>
    tab.page.evaluate<number[]>(
      `['html', '#log', 'footer'].map((name) => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; })`,
    );

  it('speaks Spanish when the flow does', async () => {
    const tab = await visitor.open(`${server.url}/w/tienda`);
    await tab.shows(['bot: ¿Cómo te llamas?']);
    await tab.page.getByRole('button', { name: 'Enviar', exact: true }).waitFor();
    await say(tab, 'Tu mensaje', 'Ana');
    await tab.hears('Esta conversación ha terminado.');
    await tab.page.getByRole('button', { name: 'Empezar de nuevo' }).waitFor();
    expect(await tab.page.locator('.own .sr').first().textContent()).to.equal('Tú:');
  });

  it('speaks Portuguese when the flow does', async () => {
    const tab = await visitor.open(`${server.url}/w/loja`);
    await tab.press('Ana');
    const picked = tab.page.getByRole('button', { name: 'Ana (a sua resposta)' });
    await picked.waitFor();
    expect(await tab.page.getByRole('group', { name: 'Respostas para escolher' }).count()).to.equal(1);
  });

  it('runs from right to left for Arabic, and each text as its own words do', async () => {
    const tab = await visitor.open(`${server.url}/w/matjar`);
    await tab.shows(['bot: ما اسمك؟']);
    await say(tab, 'Your message', 'Ana-María, 27 años');
    await tab.hears('مرحبا');
    const boxOf = (selector: string): Promise<{ x: number; width: number } | null> =>
      tab.page.locator(selector).first().boundingBox();
    const [bot, own] = [await boxOf('.bot .bubble'), await boxOf('.own .bubble')];
    // The bot speaks from the right edge, the visitor from the left one.
    expect((bot?.x ?? 0) + (bot?.width ?? 0)).to.be.greaterThan(280);
    expect(own?.x).to.be.lessThan(40);
    const direction = `getComputedStyle(document.querySelector('.own .bubble')).unicodeBidi`;
    expect(await tab.page.evaluate<string>(direction)).to.equal('plaintext');
    expect(await overflows(tab)).to.deep.equal([0, 0, 0]);
  });

  it('fits long words and long texts on a small screen', async () => {
    const tab = await visitor.open(`${server.url}/w/long`);
    await tab.page.getByRole('button', { name: 'No', exact: true }).waitFor();
    expect(await overflows(tab)).to.deep.equal([0, 0, 0]);
    await tab.page.getByLabel('Your message').fill('é'.repeat(8193));
    await tab.hears('This is too long for one message.');
    expect(await tab.page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).to.equal(true);
    await tab.page.getByLabel('Your message').fill('é'.repeat(8192));
    await tab.page.getByText('This is too long for one message.').waitFor({ state: 'hidden' });
    await tab.page.getByRole('button', { name: 'Send', exact: true }).click();
    await tab.page.locator('.own .bubble').waitFor();
    expect(await overflows(tab)).to.deep.equal([0, 0, 0]);
  });
});
