import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { allInput, ask, lines } from '../../src/commands/ask.ts';
import type { Asking } from '../../src/commands/ask.ts';
import { ParleyError } from '../../src/domain/error.ts';

/** A terminal that notes what it shows and how it was set. */
class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(on: boolean): void {
    this.modes.push(on);
  }
}

function fake(): { asking: Asking; input: FakeTerminal; readonly shown: () => string } {
  const [input, output] = [new FakeTerminal(), new PassThrough()];
  return { asking: { input, output }, input, shown: () => String(output.read() ?? '') };
}

describe('asking for values', () => {
  it('TI7: shows nothing of a hidden value, not even its length', async () => {
    const { asking, input, shown } = fake();
    const answer = ask('API key', true, asking);
    input.write('cnry-');
    input.write('k\u007fkey\r');
    expect(await answer).to.equal('cnry-key');
    expect(shown()).to.equal('API key (not shown): \n');
    expect(input.modes).to.deep.equal([true, false]);
  });

  it('shows what is not secret, and takes characters back', async () => {
    const { asking, input, shown } = fake();
    input.write('añx\u007f\u007f\u007f\u007f');
    input.write('ana\n');
    expect(await ask('Account', false, asking)).to.equal('ana');
    expect(shown()).to.match(/^Account: añx/);
  });

  it('keeps what was pasted beyond a line for the next question', async () => {
    const { asking, input } = fake();
    input.write('one\r\ntwo\r\n');
    expect([await ask('1', true, asking), await ask('2', true, asking)]).to.deep.equal(['one', 'two']);
  });

  it('gives up at Ctrl-C and leaves the terminal as it was', async () => {
    const { asking, input } = fake();
    const answer = ask('API key', true, asking).catch((error: unknown) => error);
    input.write('cnry\u0003');
    const error = await answer;
    expect(error).to.be.instanceOf(ParleyError).with.property('code', 'wrong_use');
    expect(input.modes).to.deep.equal([true, false]);
  });

  it('gives up when the terminal goes away', async () => {
    const { asking, input } = fake();
    const answer = ask('API key', true, asking).catch((error: unknown) => error);
    input.write('cnry');
    input.end();
    expect(await answer).to.be.instanceOf(ParleyError);
  });

  const piped = (text: string): Asking => {
    const input = new PassThrough();
    input.end(text);
    return { input, output: new PassThrough() };
  };

  it('reads lines identifier=value; a value may have = in it', async () => {
    expect(await lines(piped('api_key=a=b==\r\n\n account =ana \n'))).to.deep.equal({
      api_key: 'a=b==',
      account: 'ana',
    });
    expect(await lines(piped(''))).to.deep.equal({});
  });

  it('names a line that is wrong by its number, and never shows it', async () => {
    const error: unknown = await lines(piped('api_key=k\ncnry-without-a-name')).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(ParleyError)
      .with.property('message')
      .that.matches(/^line 2 /)
      .and.does.not.include('cnry');
  });

  it('takes the line breaks from the end of what is piped in, and none inside', async () => {
    expect(await allInput(piped('a\nb\n\n'))).to.equal('a\nb');
    expect(await allInput(piped('a\r\n'))).to.equal('a');
  });
});
