import { expect } from 'chai';
import { EVERY } from '../../src/inbox/due.ts';
import { LEASE_MS, Tenure, moment } from '../../src/inbox/lease.ts';

describe('what a process knows of its lease', () => {
  const LEASE = 10_000;
  const ago = (wall: number, steady: number) => {
    const now = moment();
    return { wall: now.wall - wall, steady: now.steady - steady };
  };

  it('is sure of it until a part before its end', () => {
    expect(new Tenure(ago(0, 0), LEASE).sure).to.equal(true);
    expect(new Tenure(ago(8000, 8000), LEASE).sure).to.equal(true);
    expect(new Tenure(ago(9500, 9500), LEASE).sure).to.equal(false);
  });

  it('believes the clock that says more: one may be set back, the other stands still while the machine sleeps', () => {
    expect(new Tenure(ago(-3_600_000, 9500), LEASE).sure).to.equal(false);
    expect(new Tenure(ago(9500, 100), LEASE).sure).to.equal(false);
  });

  it('is over, and found to be, within 10 s of a crash', () => {
    expect(LEASE_MS + EVERY).to.be.lessThan(10_000);
  });

  it('counts from when the store was asked to prolong it', () => {
    const tenure = new Tenure(ago(60_000, 60_000), LEASE);
    tenure.renewed(ago(1000, 1000));
    expect(tenure.sure).to.equal(true);
    expect(tenure.age()).to.be.within(1000, 2000);
  });
});
