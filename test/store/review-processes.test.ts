import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import { processIdentity, stillRuns } from '../../src/platform/process.ts';
import { childProgram } from '../support/child-program.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

describe('processes that review', { timeout: 60_000 }, () => {
  const child = childProgram(new URL('./review-child.ts', import.meta.url));

  async function stage(...names: readonly string[]) {
    const folder = tempFolder();
    const store = await tempStore(folder);
    const self = await processIdentity();
    for (const [at, name] of names.entries()) {
      await store.reviews.enqueue({
        owner: store.owner,
        session: sessionId('codex', name),
        project: null,
        trigger: 'stop',
        through: at + 1,
        throughPosition: at + 1,
        throughTurn: at + 1,
        provider: 'rules',
        model: null,
      });
    }
    const claim = () => store.reviews.claim(self, (holder) => stillRuns(holder, self));
    return { store, claim, path: join(folder, 'midturn.db') };
  }

  it('get one job of a session between them, however many start at once', async () => {
    const { path, store } = await stage('one', 'one', 'two');
    const words = await Promise.all(Array.from({ length: 4 }, () => child(path, 'claims and stops').word));
    expect(words.sort()).toEqual(
      ['nothing', 'nothing', sessionId('codex', 'one'), sessionId('codex', 'two')].sort(),
    );
    expect(await store.reviews.counts()).toMatchObject({ queued: 1, running: 2 });
  });

  it('leave their job to the next one when they are killed', async () => {
    const { store, claim, path } = await stage('one');
    const victim = child(path, 'claims and stops');
    expect(await victim.word).toBe(sessionId('codex', 'one'));
    expect(await claim()).toBeNull();
    await victim.kill();
    const next = await claim();
    expect(next?.job).toMatchObject({
      attempts: 2,
      state: 'running',
      error: 'the process that reviewed it ended before its end',
    });
    expect(await store.reviews.counts()).toMatchObject({ queued: 0, running: 1 });
  });

  it('cannot both make the last call of the day', async () => {
    const { store, claim, path } = await stage('one');
    const next = await claim();
    const words = await Promise.all(
      Array.from({ length: 3 }, () => child(path, 'takes the last call', next?.token ?? '').word),
    );
    expect(words.sort()).toEqual(['refused', 'refused', 'reserved']);
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 1 });
  });
});
