import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoriesService } from '../../src/memories/index.ts';
import { ReviewFailure } from '../../src/model/review.ts';
import { applied, fact } from '../store/promoting.ts';
import { converse } from '../support/conversation.ts';
import { holding } from '../support/erase-world.ts';
import { output, reviewWorld } from './review-world.ts';

const WORDS = 'the launch of the blue heron project is on the ninth of May';

async function world() {
  const made = await reviewWorld();
  const memories = memoriesService({
    store: made.store,
    now: Date.now,
    policy: 'tiered',
    findCall: async () => ({ call: null, readable: false }),
    home: made.home,
  });
  /** Reviews what is said, and fails with an answer that tells of it in other words. */
  const reviewed = async (name: string, text: string) => {
    made.reviewer.act = async () => {
      throw new ReviewFailure('invalid_output', `cannot read: ${text}`, {
        raw: ['An answer about birds in spring, of which nobody can be told what it was made of'],
      });
    };
    const { session } = await converse(made.store, name, [{ text }], { project: made.shop });
    const job = await made.service.enqueue(made.caller, { session, trigger: 'stop' });
    await made.service.runQueued(made.caller);
    return { session, job: job?.id ?? '', dump: `review/failed/${job?.id}.txt` };
  };
  return { ...made, memories, reviewed, holding: (text: string) => holding(made.home, text) };
}

describe('what a reviewer was shown', () => {
  it('goes with an erased session, and so do its dump and the words of its failure', async () => {
    const { store, caller, memories, reviewed, holding } = await world();
    const gone = await reviewed('one', WORDS);
    const stays = await reviewed('two', 'something else altogether, about the weather in June');
    expect(holding(WORDS)).not.toEqual([]);
    const report = await memories.forgetAny(caller, {
      isProject: false,
      target: gone.session,
      reason: '',
      erase: true,
    });
    expect(report.erased).toMatchObject({ check: 'none' });
    expect(report.erased?.files).toContainEqual({ path: gone.dump, done: 'deleted' });
    expect(holding(WORDS)).toEqual([]);
    expect(holding('birds in spring')).toEqual([stays.dump]);
    expect(await store.reviews.snapshot(gone.job)).toBeNull();
    expect(await store.reviews.get(gone.job)).toMatchObject({ state: 'queued', error: 'erased' });
    expect(await store.reviews.snapshot(stays.job)).not.toBeNull();
  });

  it('goes with an erased message that it shows', async () => {
    const { store, caller, memories, reviewed, holding } = await world();
    const { session, job } = await reviewed('one', WORDS);
    const record = await store.sessions.get(session);
    await memories.forgetAny(caller, {
      isProject: false,
      target: `${record?.short}/1`,
      reason: '',
      erase: true,
    });
    expect(await store.reviews.snapshot(job)).toBeNull();
    expect(holding(WORDS)).toEqual([]);
  });

  it('goes with an erased memory that it was compared with', async () => {
    const { store, caller, memories, reviewed, holding } = await world();
    const { items } = await applied(store, [{ op: 'add', memory: fact(WORDS, { scope: 'user' }) }]);
    const { job } = await reviewed('one', 'hello');
    expect(JSON.stringify(await store.reviews.snapshot(job))).toContain(WORDS);
    await memories.forgetAny(caller, {
      isProject: false,
      target: items[0]?.memory.short ?? '',
      reason: '',
      erase: true,
    });
    expect(await store.reviews.snapshot(job)).toBeNull();
    expect(holding(WORDS)).toEqual([]);
  });
});

describe('a review that runs while its session is erased', () => {
  it.each(['claimed', 'kept', 'answered'] as const)('keeps and suggests nothing of it: %s', async (place) => {
    const made = await world();
    const { store, caller, memories, reviewer, holding } = made;
    const { session } = await converse(store, 'one', [{ text: WORDS }], { project: made.shop });
    reviewer.act = async () => output(WORDS);
    let erased = false;
    const service = made.with({
      checkpoint: async (at) => {
        if (at !== place || erased) return;
        erased = true;
        await memories.forgetAny(caller, { target: session, isProject: false, reason: '', erase: true });
      },
    });
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    expect(await store.reviews.counts()).toMatchObject({ running: 0, queued: 0 });
    const items = await store.suggestions.list({ states: ['pending'], limit: 9 });
    expect(items).toEqual([]);
    expect(holding(WORDS)).toEqual([]);
  });
});

describe('a dump', () => {
  it('without a snapshot is taken away by any erase', async () => {
    const { home, caller, memories, reviewed, holding } = await world();
    const { session } = await reviewed('one', 'hello');
    mkdirSync(join(home, 'review', 'failed'), { recursive: true });
    writeFileSync(join(home, 'review', 'failed', 'abandoned.txt'), 'left behind by an older job');
    await memories.forgetAny(caller, { isProject: false, target: session, reason: '', erase: true });
    expect(holding('left behind')).toEqual([]);
  });
});
