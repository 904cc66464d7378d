/** Lets each contact's messages through one by one, in order: what every bot needs to be right at all. */
export function oneByOne(turn) {
  const tails = new Map();
  return (contact, text) => {
    const before = tails.get(contact);
    const run =
      before === undefined ? turn(contact, text) : before.catch(() => undefined).then(() => turn(contact, text));
    tails.set(contact, run);
    const done = () => {
      if (tails.get(contact) === run) tails.delete(contact);
    };
    run.then(done, done);
    return run;
  };
}
