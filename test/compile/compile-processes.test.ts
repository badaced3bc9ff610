import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompileResult } from '../../src/compile/index.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { type Child, childProgram } from '../support/child-program.ts';
import { callerIn, compiler } from '../support/compile-world.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

let store: Store;
let home: string;
let shop: { id: ProjectId; name: string };

beforeEach(async () => {
  home = tempFolder();
  store = await tempStore(home);
  shop = { id: await project(store, 'shop'), name: 'shop' };
});

async function suggest(count: number): Promise<void> {
  const memory_updates = Array.from({ length: count }, (_, at) => ({
    content: `Service ${at} listens on ${8000 + at}`,
  }));
  await compiler(store, home).submit(
    callerIn(store, shop),
    { memory_updates },
    { source: 'file', originCap: 'agent' },
  );
}

const contents = async () =>
  (await store.memories.list({ states: ['active'], limit: 1000 })).memories.map(({ content }) => content);

const resultOf = (name: string): CompileResult =>
  JSON.parse(readFileSync(join(home, `${name}.json`), 'utf8'));

async function ended(child: Child): Promise<void> {
  if (child.process.exitCode === null) await once(child.process, 'exit');
  expect(child.process.exitCode).toBe(0);
}

describe('compiles in several processes', () => {
  const child = childProgram(new URL('compile-child.ts', import.meta.url));
  const start = (name: string, waitAt = '-', ahead = 0, limit = '') =>
    child(home, shop.id, name, waitAt, String(ahead), limit);

  it('applies each suggestion once when two start at the same time', async () => {
    await suggest(200);
    const both = ['a', 'b'].map((name) => start(name, 'start'));
    await Promise.all(both.map(({ word }) => word));
    writeFileSync(join(home, 'all.go'), '');
    await Promise.all(both.map(ended));
    const results = ['a', 'b'].map(resultOf);
    expect(results.reduce((sum, { processed }) => sum + processed, 0)).toBe(200);
    expect(results.map(({ run_status }) => run_status)).toContain('success');
    expect(new Set(await contents()).size).toBe(200);
    expect(await contents()).toHaveLength(200);
    expect(await store.suggestions.counts()).toMatchObject({ done: 200, pending: 0, processing: 0 });
  });

  it('applies nothing after it was suspended and its lease was taken, and plans again', async () => {
    await suggest(2);
    const suspended = start('a', 'planned');
    expect(await suspended.word).toBe('planned');
    suspended.process.kill('SIGSTOP');
    const other = start('b', '-', 31 * 60_000, '1');
    await ended(other);
    expect(resultOf('b')).toMatchObject({ run_status: 'success', processed: 1, actions: { added: 1 } });
    writeFileSync(join(home, 'a.go'), '');
    suspended.process.kill('SIGCONT');
    await ended(suspended);
    // Both were claimed and planned by it; one of them was done by the other meanwhile.
    expect(resultOf('a')).toMatchObject({
      run_status: 'success',
      processed: 1,
      actions: { added: 1, merged: 0 },
    });
    expect((await contents()).sort()).toEqual(['Service 0 listens on 8000', 'Service 1 listens on 8001']);
    const receipts = await store.receipts.list({ kinds: ['compile'], limit: 10 });
    expect(receipts).toHaveLength(2);
  });

  it('leaves its lease alone while it lives, however long it takes', async () => {
    await suggest(1);
    const slow = start('a', 'planned');
    await slow.word;
    expect(await compiler(store, home).compile(callerIn(store, shop))).toMatchObject({
      run_status: 'skip_locked',
      lock: { pid: slow.process.pid },
    });
    writeFileSync(join(home, 'a.go'), '');
    await ended(slow);
    expect(await contents()).toHaveLength(1);
  });

  it.each(['locked', 'absorbed', 'claimed', 'planned', 'applied', 'rendered'])(
    'loses and doubles nothing when it is killed with nothing but `%s` behind it',
    async (at) => {
      await suggest(120);
      const killed = start('a', at);
      expect(await killed.word).toBe(at);
      await killed.kill();
      const before = await compiler(store, home).preflight(callerIn(store, shop));
      expect(before).toMatchObject({
        status: at === 'rendered' ? 'skip_empty' : 'run',
        stale: 'its process has ended',
      });
      await compiler(store, home).compile(callerIn(store, shop));
      expect(await contents()).toHaveLength(120);
      expect(await store.suggestions.counts()).toMatchObject({
        done: 120,
        pending: 0,
        processing: 0,
        failed: 0,
      });
      expect(await compiler(store, home).compile(callerIn(store, shop))).toMatchObject({
        run_status: 'skip_empty',
      });
    },
  );
});
