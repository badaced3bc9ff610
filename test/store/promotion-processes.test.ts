import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LeaseHolder } from '../../src/model/lease.ts';
import { processIdentity, stillRuns } from '../../src/platform/process.ts';
import { childProgram } from '../support/child-program.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';
import { applied, envelope, fact, item } from './promoting.ts';

describe('processes', { timeout: 60_000 }, () => {
  const child = childProgram(new URL('./promotion-child.ts', import.meta.url));

  async function stage() {
    const folder = tempFolder();
    const store = await tempStore(folder);
    const self = await processIdentity();
    const acquire = () =>
      store.leases.acquire('compile', self, (holder: LeaseHolder) => stillRuns(holder, self));
    return { store, acquire, path: join(folder, 'midturn.db') };
  }

  it('that submit the same thing at once keep it once', async () => {
    const { store, path } = await stage();
    const children = Array.from({ length: 3 }, () => child(path, 'puts', 'same'));
    const words = await Promise.all(children.map(({ word }) => word));
    expect(words.sort()).toEqual(['known', 'known', 'made']);
    expect(await store.suggestions.counts()).toMatchObject({ pending: 2 });
  });

  it('that start at once: one gets the lease', async () => {
    const { path } = await stage();
    const children = Array.from({ length: 3 }, () => child(path, 'takes the lease and stops'));
    const words = await Promise.all(children.map(({ word }) => word));
    expect(words.sort()).toEqual(['acquired', 'held', 'held']);
  });

  it('killed between claim and end lose nothing: the next one takes the lease and the items', async () => {
    const { store, acquire, path } = await stage();
    await store.suggestions.put(envelope(store.owner, '1', [item('a'), item('b')]));
    const victim = child(path, 'claims and stops');
    expect(await victim.word).toBe('claimed');
    expect((await acquire()).status).toBe('held');
    expect(await store.suggestions.counts()).toMatchObject({ pending: 0, processing: 2 });
    await victim.kill();
    const lease = await acquire();
    if (lease.status !== 'acquired') throw new Error('held');
    expect(lease.took?.why).toBe('its process has ended');
    const ours = { name: 'compile', token: lease.token };
    const claimed = await store.suggestions.claim({ lease: ours });
    if (claimed.status !== 'claimed') throw new Error('lost');
    expect(claimed.items.map(({ summary, attempts }) => [summary, attempts])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    await applied(
      store,
      claimed.items.map(({ id, summary }) => ({ op: 'add' as const, memory: fact(summary), item: id })),
      { lease: ours },
    );
    expect(await store.suggestions.counts()).toMatchObject({ processing: 0, done: 2 });
  });
});
