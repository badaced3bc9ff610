import { describe, expect, it } from 'vitest';
import { LEASE_STALE_MS } from '../../src/model/lease.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';
import { alive, dead, HERE, leased, unknown } from './promoting.ts';

const THERE = { ...HERE, host: 'there', bootId: 'other' };
const REBOOTED = { ...HERE, bootId: 'next' };

describe('a lease', () => {
  it('is held by one, and can be had again once it was given back', async () => {
    const store = await tempStore();
    const { token } = await leased(store);
    expect(await store.leases.acquire('compile', HERE, alive)).toMatchObject({
      status: 'held',
      by: { token, holder: HERE },
    });
    expect(await store.leases.release('compile', 'another token')).toBe(false);
    expect(await store.leases.release('compile', token)).toBe(true);
    expect((await store.leases.acquire('compile', HERE, alive)).status).toBe('acquired');
  });

  it('goes to exactly one of many that find it dead at once', async () => {
    const folder = tempFolder();
    const stores = [await tempStore(folder), await tempStore(folder), await tempStore(folder)];
    const [one] = stores;
    if (one === undefined) throw new Error('no store');
    const before = await leased(one);
    // Everybody has judged the old one before anybody takes it.
    let asked = 0;
    let open = () => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const together = async (holder: { pid: number }) => {
      if (holder.pid !== HERE.pid) return true;
      asked += 1;
      if (asked === stores.length) open();
      await all;
      return false;
    };
    const answers = await Promise.all(
      stores.map((store, at) => store.leases.acquire('compile', { ...HERE, pid: 2000 + at }, together)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['acquired', 'held', 'held']);
    expect(await one.leases.heartbeat('compile', before.token)).toBe(false);
  });

  it.each([
    ['the process ended on this host and boot', HERE, dead, 0, 'its process has ended'],
    ['the process may run, on another host', THERE, dead, 0, null],
    ['the process is of another boot', REBOOTED, dead, 0, null],
    ['its time is ahead, on this host and boot', HERE, alive, -1, 'its clock is ahead of ours'],
    ['its time is ahead, elsewhere', THERE, unknown, -1, null],
    ['it is as old as it may be', THERE, unknown, LEASE_STALE_MS, null],
    ['it is too old, elsewhere', THERE, unknown, LEASE_STALE_MS + 1, 'it gave no sign of life'],
    ['it is too old, though its process runs', HERE, alive, LEASE_STALE_MS + 1, 'it gave no sign of life'],
  ])('when %s', async (_case, holder, runs, age, why) => {
    let now = 1e12;
    const store = await tempStore(tempFolder(), () => now);
    await leased(store, 'compile', holder);
    now += age;
    expect((await store.leases.get('compile', HERE, runs))?.stale).toBe(why);
    const result = await store.leases.acquire('compile', HERE, runs);
    expect(result).toMatchObject(why === null ? { status: 'held' } : { status: 'acquired', took: { why } });
  });

  it('lives on by its heartbeat', async () => {
    let now = 1e12;
    const store = await tempStore(tempFolder(), () => now);
    const { token } = await leased(store, 'compile', THERE);
    now += LEASE_STALE_MS;
    expect(await store.leases.heartbeat('compile', token)).toBe(true);
    now += LEASE_STALE_MS;
    expect((await store.leases.acquire('compile', HERE, unknown)).status).toBe('held');
    expect(await store.leases.get('review', HERE, unknown)).toBeNull();
  });
});
