import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { embeddingSettings, embeddingsService } from '../../src/embeddings/index.ts';
import type { EmbeddingSettings } from '../../src/embeddings/types.ts';
import { memoryId } from '../../src/model/ids.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import type { Operation } from '../../src/model/plan.ts';
import type { Store } from '../../src/store/store.ts';
import type { VectorFilter } from '../../src/store/vectors.ts';
import { agentIn, converse } from '../support/conversation.ts';
import { type EmbeddingServer, embeddingServer, type ServerMode } from '../support/embedding-server.ts';
import { newMemory } from '../support/new-memory.ts';
import { project, tempStore } from '../support/temp-store.ts';

const MEMORIES = { kind: 'memories', scopes: null, states: ['active'] } satisfies VectorFilter;
const PAUSES = { step: 1, idle: 20, blocked: 10, mostBlocked: 20, note: 0 };

const SETTINGS: Omit<EmbeddingSettings, 'url'> = {
  model: 'fake',
  dimensions: null,
  batch: 4,
  timeout_ms: 2_000,
  deadline_ms: 2_000,
  weight: 1,
  kinds: ['memories', 'messages'],
  question_prefix: null,
  document_prefix: null,
};

function settingsFor({ url }: EmbeddingServer, changes: Partial<EmbeddingSettings> = {}): EmbeddingSettings {
  return { ...SETTINGS, url, ...changes };
}

function serve(store: Store, settings: EmbeddingSettings, key: string | null = null) {
  return embeddingsService({
    store,
    settings,
    key,
    texts: { message: ({ text }) => text },
    now: Date.now,
    pauses: PAUSES,
  });
}

function fact(content: string, changes: Partial<NewMemory> = {}): NewMemory {
  return newMemory(content, { confidence: 1, ...changes });
}

async function apply(store: Store, operations: readonly Operation[]) {
  const caller = await agentIn(store, null, null);
  const result = await store.plans.apply({ kind: 'remember', caller, operations });
  if (result.status !== 'applied') throw new Error(result.why);
  return result.items.map(({ memory }) => memory);
}

const FACTS = [
  'Every automobile in the fleet gets new tires in October',
  'Deploys to staging need two approvals',
  'The postgres cluster runs in the cellar',
  'Lunch is at noon on the terrace',
  'Tests use fixtures made from real transcripts',
  'The logo is green on white',
  'Release notes are written by hand',
  'Birds nest behind the office',
  'The printer on floor two eats paper',
  'Coffee comes from a small roastery',
  'Snow tyres are kept in a shed',
  'The intranet is shut on Sundays',
];

async function filled(mode: ServerMode = {}, changes: Partial<EmbeddingSettings> = {}) {
  const store = await tempStore();
  const server = await embeddingServer(mode);
  const memories = await apply(
    store,
    FACTS.map((content) => ({ op: 'add' as const, memory: fact(content) })),
  );
  const service = serve(store, settingsFor(server, changes));
  const outcome = await service.fill();
  return { store, server, memories, service, outcome };
}

async function note(store: Store) {
  return store.health.note('embeddings');
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await what()) return;
    await sleep(10);
  }
  throw new Error('it did not come to that');
}

describe('a question', () => {
  it('finds what it shares no word with', async () => {
    const { service, memories, outcome } = await filled({ dimensions: 512 });
    expect(outcome).toMatchObject({ complete: true, embedded: FACTS.length, why: null });
    const { hits, size } = await service.near('which vehicle', MEMORIES, 3);
    expect(size).toBe(FACTS.length);
    expect(hits[0]?.row).toBe(memories[0]?.row);
    expect(hits[0]?.z).toBeGreaterThan((hits[1]?.z ?? 0) + 1);
  });

  it('is asked once: the same words again cost no request', async () => {
    const { service, server } = await filled();
    const before = server.asked.length;
    await service.near('which vehicle', MEMORIES, 3);
    await service.near('which vehicle', MEMORIES, 3);
    expect(server.asked.length - before).toBe(1);
  });

  it('has nothing near before anything was embedded, and asks nobody', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    expect(await serve(store, settingsFor(server)).near('car', MEMORIES, 3)).toMatchObject({ hits: [] });
    expect(server.asked).toEqual([]);
  });

  it('about messages is narrowed to its projects, and passes over withdrawn and hidden ones', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    const [shop, bank] = [await project(store, 'shop'), await project(store, 'bank')];
    await converse(store, 'one', [{ text: 'the automobile is red' }, { text: 'soup', role: 'assistant' }], {
      project: shop,
    });
    await converse(store, 'two', [{ text: 'the automobile is blue' }], { project: bank });
    const service = serve(store, settingsFor(server));
    await service.fill();
    const ask = async (ids: readonly (typeof shop)[] | null) => {
      const { hits } = await service.near('vehicle', { kind: 'messages', messages: { projects: ids } }, 5);
      return (await store.messages.byRows(hits.map(({ row }) => row))).map(({ text }) => text);
    };
    expect(await ask([bank])).toEqual(['the automobile is blue']);
    expect((await ask([shop]))[0]).toBe('the automobile is red');
    expect(await ask(null)).toHaveLength(3);
  });

  it('gets the prefix that its model wants, and documents theirs', async () => {
    const { service, server } = await filled({}, { model: 'nomic-embed-text:v1.5' });
    await service.near('which vehicle', MEMORIES, 3);
    const texts = server.asked.flatMap((one) => one.texts);
    expect(texts.at(-1)).toBe('search_query: which vehicle');
    expect(texts.slice(0, -1).every((text) => text.startsWith('search_document: '))).toBe(true);
  });
});

describe('an endpoint in trouble', () => {
  it('that is down gives no hits and a note, and is left alone after three failures', async () => {
    const { service, server, store } = await filled({}, { deadline_ms: 1_000 });
    server.mode.status = 500;
    const before = server.asked.length;
    for (const question of ['a', 'b', 'c', 'd', 'e']) {
      expect((await service.near(question, MEMORIES, 3)).hits).toEqual([]);
    }
    expect(server.asked.length - before).toBe(3);
    await until(async () => /out of order \(500\)/.test((await note(store))?.error ?? ''));
  });

  it('that is slow costs a question its deadline and no more; its answer serves the next one', async () => {
    const { service, server, store } = await filled({}, { deadline_ms: 30 });
    let release: () => void = () => undefined;
    server.mode.hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The server does not answer before it is told to: a question that waited for it would wait for ever.
    expect((await service.near('which vehicle', MEMORIES, 3)).hits).toEqual([]);
    release();
    await until(async () => /within 30 ms/.test((await note(store))?.error ?? ''));
    await until(async () => (await service.near('which vehicle', MEMORIES, 3)).hits.length > 0);
  });

  it('that answers with another length of vector gives no hits and a note', async () => {
    const { service, server, store } = await filled();
    server.mode.dimensions = 32;
    expect((await service.near('which vehicle', MEMORIES, 3)).hits).toEqual([]);
    await until(async () => /32 numbers, stored are 96/.test((await note(store))?.error ?? ''));
  });

  it('that refuses one text gets the others, and is not asked for that one again', async () => {
    const { store, server, outcome, service } = await filled({ refuses: 'printer' });
    expect(outcome).toMatchObject({ complete: true, embedded: FACTS.length - 1 });
    const before = server.asked.length;
    expect(await service.fill()).toMatchObject({ complete: true });
    expect(server.asked.length).toBe(before);
    expect(await store.health.counters()).toMatchObject({ 'embeddings.refused': 1 });
  });

  it('is said to be so by the filling, which goes on when it is back', async () => {
    const store = await tempStore();
    const server = await embeddingServer({ status: 401 });
    await apply(store, [{ op: 'add', memory: fact('one') }]);
    const service = serve(store, settingsFor(server), 'sk-secret');
    service.start();
    await until(async () => /refuses the key/.test((await note(store))?.error ?? ''));
    expect(JSON.stringify(await note(store))).not.toContain('sk-');
    delete server.mode.status;
    await until(async () => (await note(store))?.error === null);
    await until(
      async () => (await store.vectors.progress(await store.vectors.model('fake'))).memories.done === 1,
    );
    await service.stop();
  });
});

describe('what is erased, forgotten or rewritten', () => {
  it('takes its vector along; what is superseded keeps it', async () => {
    const { store, memories, service } = await filled();
    const [first, second] = memories;
    if (first === undefined || second === undefined) throw new Error('no memories');
    await apply(store, [
      { op: 'forget', target: memoryId(first.id), version: first.version, reason: 'wrong' },
      {
        op: 'replace',
        target: memoryId(second.id),
        version: second.version,
        memory: fact('Deploys need three approvals'),
      },
    ]);
    const model = await store.vectors.model('fake');
    if (model === null) throw new Error('no model');
    expect(await store.vectors.orphans()).toBe(0);
    const { hits } = await service.near('which vehicle', MEMORIES, 50);
    expect(hits.map(({ row }) => row)).not.toContain(first.row);
    expect(hits.map(({ row }) => row)).not.toContain(second.row);
    // Whoever asks for what is not in force any more finds it by its vector too.
    const then = await service.near('deploys', { ...MEMORIES, states: ['superseded'] }, 50);
    expect(then.hits.map(({ row }) => row)).toEqual([second.row]);
    expect(await service.fill()).toMatchObject({ complete: true, embedded: FACTS.length + 1 });
  });

  it('while its text is with the endpoint, gets no vector', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    const [memory] = await apply(store, [{ op: 'add', memory: fact('the automobile') }]);
    if (memory === undefined) throw new Error('no memory');
    const probe = new Float32Array(8).fill(0.5);
    const model = await store.vectors.want('fake', probe);
    await apply(store, [{ op: 'forget', target: memory.id, version: memory.version, reason: 'wrong' }]);
    const kept = await store.vectors.put(model, 'memories', [
      { row: memory.row, version: memory.version, vector: probe },
    ]);
    expect(kept).toBe(0);
    expect(server.asked).toEqual([]);
  });
});

describe('another model', () => {
  it('behind another name replaces the vectors, and the old ones are dropped when it is done', async () => {
    const { store, server } = await filled();
    server.mode.dimensions = 48;
    const service = serve(store, settingsFor(server, { model: 'other' }));
    expect(await service.fill()).toMatchObject({ complete: true, embedded: FACTS.length });
    expect(await store.vectors.model('fake')).toBeNull();
    expect(await store.vectors.orphans()).toBe(0);
    expect((await service.near('which vehicle', MEMORIES, 3)).size).toBe(FACTS.length);
  });

  it('behind the same name is noticed by what it makes of a fixed text', async () => {
    const { store, server } = await filled();
    const old = await store.vectors.model('fake');
    server.mode.salt = 'new';
    expect(await serve(store, settingsFor(server)).fill()).toMatchObject({ embedded: FACTS.length });
    expect((await store.vectors.model('fake'))?.row).not.toBe(old?.row);
  });

  it('that takes over in the middle of the filling is followed', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    await apply(
      store,
      Array.from({ length: 60 }, (_, at) => ({ op: 'add' as const, memory: fact(`fact number ${at}`) })),
    );
    const service = serve(store, settingsFor(server));
    service.start();
    await until(async () => server.asked.length > 12);
    server.mode.dimensions = 64;
    await until(async () => {
      const model = await store.vectors.model('fake');
      return model?.dimensions === 64 && (await store.vectors.progress(model)).memories.done === 60;
    });
    await service.stop();
  });

  it('wanted by a newer process is not fought over by an older one', async () => {
    const { store, server, service } = await filled();
    const newer = serve(store, settingsFor(server, { model: 'other' }));
    await newer.fill();
    expect(await service.fill()).toMatchObject({ complete: false });
    expect(await store.vectors.model('fake')).toBeNull();
  });
});

describe('the filling', () => {
  it('takes up in another process what one left undone', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    await apply(
      store,
      Array.from({ length: 100 }, (_, at) => ({ op: 'add' as const, memory: fact(`fact number ${at}`) })),
    );
    const first = serve(store, settingsFor(server));
    const done = async () => (await store.vectors.progress(await store.vectors.model('fake'))).memories.done;
    first.start();
    await until(async () => (await done()) > 0);
    await first.stop();
    const kept = await done();
    expect(kept).toBeLessThan(100);
    const sent = () => server.asked.flatMap(({ texts }) => texts).filter((text) => text.startsWith('fact'));
    const before = sent().length;
    expect(await serve(store, settingsFor(server)).fill()).toMatchObject({ complete: true });
    expect(sent().length - before).toBe(100 - kept);
  });

  it('is done by one process at a time, and by another once a claim has run out', async () => {
    let now = 1_000;
    const store = await tempStore(undefined, () => now);
    expect(await store.vectors.claim('a', 100)).toBe(true);
    expect(await store.vectors.claim('b', 100)).toBe(false);
    expect(await store.vectors.claim('a', 100)).toBe(true);
    now += 101;
    expect(await store.vectors.claim('b', 100)).toBe(true);
    await store.vectors.release('a');
    expect(await store.vectors.claim('a', 100)).toBe(false);
    await store.vectors.release('b');
    expect(await store.vectors.claim('a', 100)).toBe(true);
  });

  it('goes on with what is new', async () => {
    const { store, server } = await filled();
    const service = serve(store, settingsFor(server));
    service.start();
    await apply(store, [{ op: 'add', memory: fact('A new storage system is on its way') }]);
    await until(async () => {
      const { hits } = await service.near('database system', MEMORIES, 1);
      const [found] = await store.memories.byRows(hits.map(({ row }) => row));
      return found?.title.startsWith('A new storage') === true;
    });
    await service.stop();
  });

  it('sends only what can be searched, clipped', async () => {
    const store = await tempStore();
    const server = await embeddingServer();
    await converse(store, 'one', [
      { text: 'said' },
      { text: 'injected', kind: 'injected' },
      { text: 'x'.repeat(50_000), role: 'assistant' },
    ]);
    await serve(store, settingsFor(server, { batch: 1 })).fill();
    const texts = server.asked.flatMap((one) => one.texts);
    expect(texts).not.toContain('injected');
    expect(texts).toContain('said');
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
  });

  it('says how far it has come', async () => {
    const { store } = await filled();
    expect(await note(store)).toMatchObject({
      error: null,
      detail: { model: 'fake', dimensions: 96, memories: { done: FACTS.length, total: FACTS.length } },
    });
  });
});

describe('the settings', () => {
  const written = { ...SETTINGS, url: 'http://h/v1', api_key_env: null };

  it('mean off without an address or a model', () => {
    expect(embeddingSettings({ ...written, url: null })).toBeNull();
    expect(embeddingSettings({ ...written, model: null })).toBeNull();
    expect(embeddingSettings(written)).toMatchObject({ url: 'http://h/v1', model: 'fake' });
  });

  it('do not show what stands where a variable should be named', () => {
    expect(() => embeddingSettings({ ...written, api_key_env: 'sk-abc-123' })).toThrow(
      /^(?!.*sk-).*variable/,
    );
  });
});
