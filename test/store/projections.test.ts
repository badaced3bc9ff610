import { describe, expect, it } from 'vitest';
import { hashOf } from '../support/new-memory.ts';
import { project, tempStore } from '../support/temp-store.ts';
import { applied, fact, first } from './promoting.ts';

describe('projections', () => {
  it('become stale by the plans that touch their scope and project, and by no other', async () => {
    const store = await tempStore();
    const shop = await project(store, 'shop');
    expect(await store.projections.dirty()).toEqual([]);
    await applied(store, []);
    expect(await store.projections.dirty()).toEqual([]);
    await applied(store, [{ op: 'add', memory: fact('a') }]);
    await applied(store, [{ op: 'add', memory: fact('b', { scope: 'project', project: shop }) }]);
    expect(await store.projections.dirty()).toMatchObject([
      { scope: 'user', project: null },
      { scope: 'project', project: shop },
    ]);
  });

  it('stay stale when memory was changed while they were rendered', async () => {
    const store = await tempStore();
    const memory = first(await applied(store, [{ op: 'add', memory: fact('a') }]));
    const seen = await store.projections.dirty();
    await applied(store, [{ op: 'add', memory: fact('b') }]);
    const rendered = {
      path: 'USER.md',
      scope: 'user' as const,
      project: null,
      hash: hashOf('file'),
      budget: 1375,
      entries: [{ record: memory.id, version: 1, hash: hashOf('a') }],
    };
    await store.projections.rendered([rendered], seen);
    const still = await store.projections.dirty();
    expect(still).toHaveLength(1);
    await store.projections.rendered(
      [
        { ...rendered, entries: [] },
        { ...rendered, path: 'RECALL.md' },
      ],
      still,
    );
    expect(await store.projections.dirty()).toEqual([]);
    expect(await store.projections.list()).toMatchObject([
      { path: 'RECALL.md', entries: [{ record: memory.id, version: 1 }] },
      { path: 'USER.md', entries: [] },
    ]);
    await store.projections.dropped('RECALL.md');
    expect(await store.projections.get('RECALL.md')).toBeNull();
  });
});

describe('erase jobs', () => {
  it('are gone on with where they were cut off, one for a target', async () => {
    const store = await tempStore();
    const job = await store.eraseJobs.begin('memory', 'id');
    await store.eraseJobs.reached(job.id, 'versions');
    expect(await store.eraseJobs.begin('memory', 'id')).toEqual({ ...job, step: 'versions' });
    expect(await store.eraseJobs.open()).toHaveLength(1);
    await store.eraseJobs.finish(job.id);
    expect(await store.eraseJobs.open()).toEqual([]);
  });
});
