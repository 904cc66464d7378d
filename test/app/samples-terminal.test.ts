import { expect } from 'chai';
import { folder, parley } from '../cli/run.ts';

describe('the samples, in the terminal', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => (dir = await folder()));
  after(() => dir.remove());

  it('login-otp: a wrong code, and then the right one', async () => {
    const ran = await parley(['chat', 'login-otp'], { cwd: dir.path, input: '1\nana\n000000\n123456\n' });
    expect([ran.code, ran.err]).to.deep.equal([0, '']);
    expect(ran.out.trimEnd().split('\n')).to.deep.equal([
      'Log in with a code — type your answers; Ctrl-D ends.',
      '',
      'bot> To log you in we look up your account and send you a code. May we process your data for that?',
      '     1. I agree',
      '     2. I do not agree',
      'bot> Please enter your Username:',
      'bot> Checking your username…',
      'bot> Please enter the CODE sent to your registered email (a••@example.com).',
      'bot> Validating your code…',
      'bot> That is not the code. You have 2 tries left.',
      'bot> Please enter the CODE sent to your registered email (a••@example.com).',
      'bot> Validating your code…',
      'bot> Welcome! You are logged in.',
    ]);
  });
});
