import { expect } from 'chai';
import { Stop } from '../../src/inbox/stop.ts';

describe('stop', () => {
  it('tells who listens already, and who asks later', () => {
    const stop = new Stop();
    const { signal } = stop;
    const heard: string[] = [];
    signal.addEventListener('abort', () => heard.push('stop'));
    expect([stop.stopped, signal.aborted]).to.deep.equal([false, false]);
    stop.stop();
    expect([stop.stopped, signal.aborted, heard]).to.deep.equal([true, true, ['stop']]);
    const late = new Stop();
    late.stop();
    expect(late.signal.aborted).to.equal(true);
  });
});
