import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoriesService } from '../../src/memories/index.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import { type RecallHit, type RecallRequest, recallService } from '../../src/recall/index.ts';
import { person } from '../support/conversation.ts';
import { hashOf, newMemory } from '../support/new-memory.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

const NOW = Date.UTC(2026, 10, 21);

type Options = {
  readonly readFile?: (path: string) => Promise<Uint8Array>;
  readonly fileBudget?: { readonly files: number; readonly ms: number };
};

async function world(options: Options = {}) {
  const store = await tempStore(tempFolder(), () => NOW);
  const shop = await project(store, 'shop');
  const recall = recallService({ store, now: () => NOW, ...options });
  const memories = memoriesService({
    store,
    now: () => NOW,
    policy: 'tiered',
    findCall: async () => ({ call: null, readable: false }),
  });
  const caller = await person(store, shop);
  let added = 0;
  /** Adds a record as the one writer would, with what the service for it would not let a test choose. */
  const add = async (content: string, changes: Partial<NewMemory> = {}) => {
    added += 1;
    const memory = newMemory(content, {
      scope: 'project',
      project: shop,
      title: content.split('. ')[0]?.slice(0, 80) ?? '',
      contentHash: hashOf(`${content}${added}`),
      validFrom: NOW,
      ...changes,
    });
    const result = await store.plans.apply({ kind: 'remember', caller, operations: [{ op: 'add', memory }] });
    if (result.status !== 'applied') throw new Error(result.why);
    return result.items[0]?.memory.short ?? '';
  };
  const ids = async (request: RecallRequest | string, as: Caller = caller) =>
    (await recall.ask(as, typeof request === 'string' ? { query: request } : request)).hits.map(
      ({ id }) => id,
    );
  return { store, shop, recall, memories, caller, add, ids };
}

const ELSE = [
  'The checkout page is rendered on the server',
  'Colours come from the theme file',
  'Releases are cut on Tuesdays',
  'The staging cluster runs in Frankfurt',
];

describe('recall', () => {
  it('answers with id, title, scope, day and origin, then the body and its source', async () => {
    const { recall, caller, add } = await world();
    const id = await add('Invoices are numbered by a Postgres sequence. Nobody ever resets it.', {
      title: 'Invoice numbers',
      origin: 'user',
      sources: ['k3f9a2/17'],
    });
    const answer = await recall.ask(caller, { query: 'how are invoices numbered?' });
    expect(answer.sentence).toBe('1 memory fits:');
    expect(answer.blocks).toEqual([
      {
        text: `[${id}] Invoice numbers · project · 2026-11-21 · user\nInvoices are numbered by a Postgres sequence. Nobody ever resets it.\nsource k3f9a2/17`,
        keep: 'start',
        ref: id,
      },
    ]);
    expect(answer.closing).toContain('To read what was said there: recall_history({ref:"k3f9a2/17"})');
    const expected: Partial<RecallHit> = {
      id,
      scope: 'project',
      project: 'shop',
      origin: 'user',
      state: 'active',
      at: '2026-11-21T00:00:00.000Z',
      files: null,
      weak: false,
    };
    expect(answer.hits[0]).toMatchObject(expected);
  });

  it('finds at once what was remembered, by title, content, tag and alias', async () => {
    const { memories, caller, ids } = await world();
    const { id } = await memories.remember(caller, {
      content: 'Use the blue environment first.',
      title: 'Rollout order',
      tags: ['deployment'],
      aliases: ['canary'],
    });
    for (const query of ['rollout order', 'blue environment', 'deployment', 'canary'])
      expect(await ids(query)).toEqual([id]);
  });

  it('is not emptied by one absent word', async () => {
    const { add, ids } = await world();
    for (const line of ELSE) await add(line);
    const id = await add('Invoices are numbered by a Postgres sequence');
    expect(await ids('invoice numbers sequence zebra')).toEqual([id]);
  });

  it.each([
    'zorblax quuxification',
    'how much water does sourdough bread need',
    'capital of Kazakhstan',
    'best page to buy running shoes',
  ])('says that nothing relevant is stored when asked: %s', async (query) => {
    const { recall, caller, add } = await world();
    for (const line of ELSE) await add(line);
    const answer = await recall.ask(caller, { query });
    expect(answer).toMatchObject({
      sentence: 'Nothing relevant is stored in this project or for the user.',
      abstained: true,
      blocks: [],
      hits: [],
    });
  });

  it.each(['', '   ', 'what is this?', '?!'])(
    'tells what to send when the question holds no word: "%s"',
    async (query) => {
      const { recall, caller, add } = await world();
      await add(ELSE[0] ?? '');
      const answer = await recall.ask(caller, { query });
      expect(answer.sentence).toMatch(/^The question holds no word to search for: send a few telling ones/);
      expect(answer.abstained).toBe(true);
    },
  );

  it('marks a doubtful hit', async () => {
    const { recall, caller, add } = await world();
    for (const line of ELSE) await add(line);
    const answer = await recall.ask(caller, { query: 'staging outage' });
    expect(answer.sentence).toBe('1 memory may fit (weak match):');
    expect(answer.blocks[0]?.text).toMatch(/ · weak match/);
    expect(answer.hits[0]?.weak).toBe(true);
  });

  it('holds a quoted phrase to its words in their order', async () => {
    const { recall, caller, add } = await world();
    const id = await add('The health check of the queue runs every minute');
    await add('To check queue health, look at the dashboard');
    expect((await recall.ask(caller, { query: '"health check"' })).hits.map((hit) => hit.id)).toEqual([id]);
    expect((await recall.ask(caller, { query: '"check health queue"' })).sentence).toMatch(
      /^No memory holds the quoted words as they stand; /,
    );
  });

  it('finds names as code writes them, whole or by their parts, and Chinese', async () => {
    const { add, ids } = await world();
    for (const line of ELSE) await add(line);
    const code = await add('TS2345 in cart.ts means that getUserById may give null');
    const chinese = await add('部署脚本在 scripts 目录里');
    expect(await ids('TS2345')).toEqual([code]);
    expect(await ids('getUserById')).toEqual([code]);
    expect(await ids('user by id null')).toEqual([code]);
    expect(await ids('部署脚本')).toEqual([chinese]);
    expect(await ids('TS9999')).toEqual([]);
  });

  it('never answers with what waits, was forgotten, or has run out', async () => {
    const { store, memories, caller, add, ids } = await world();
    await add('The ingress controller rewrites paths', { state: 'waiting', reason: 'needs review' });
    await add('The ingress controller rewrites headers', { validTo: NOW - 1 });
    const id = await add('The ingress controller rewrites hosts');
    expect(await ids('ingress controller rewrites')).toEqual([id]);
    await memories.forget(caller, id, 'wrong');
    expect(await ids('ingress controller rewrites')).toEqual([]);
    expect((await store.memories.list({ states: ['waiting', 'active'], limit: 9 })).total).toBe(2);
  });

  it('shows one of those that say the same, but not of those that differ in a number or a negation', async () => {
    const { add, ids } = await world();
    await add('The api gateway listens on port 8080 behind the load balancer in production');
    await add('The api gateway listens on port 8080 behind the load balancer in production!');
    await add('The api gateway listens on port 9090 behind the load balancer in production');
    await add('The api gateway never listens on port 8080 behind the load balancer in production');
    expect(await ids('api gateway port')).toHaveLength(3);
  });

  it('takes the limit, and names the call that shows more', async () => {
    const { recall, caller, add } = await world();
    for (let at = 0; at < 12; at += 1) await add(`Ingress rule ${at * 37} sends path${at} to service${at}`);
    const five = await recall.ask(caller, { query: 'ingress rule path' });
    expect(five.blocks).toHaveLength(5);
    expect(five.next(5)).toBe('recall({query:"ingress rule path", limit:12})');
    expect(five.next(2)).toBe('recall({query:"ingress rule path", limit:5, max_tokens:8000})');
    expect((await recall.ask(caller, { query: 'ingress rule path', limit: 20 })).next(12)).toBeNull();
    expect((await recall.ask(caller, { query: 'ingress rule path', limit: 0 })).blocks).toHaveLength(1);
  });

  it('gives equal hits newest first, the same way each time', async () => {
    const { add, ids } = await world();
    const made: string[] = [];
    for (let at = 0; at < 4; at += 1) made.push(await add(`Ingress rule number ${at + 11}`));
    expect(await ids('ingress rule number')).toEqual([...made].reverse());
    expect(await ids('ingress rule number')).toEqual([...made].reverse());
  });

  it('hides nothing of what it shows behind invisible characters', async () => {
    const { recall, caller, add } = await world();
    await add('Ingress rules\u202e are \u001b[31mred\u001b[0m\u200b', { title: 'Ingress\u202e' });
    const [block] = (await recall.ask(caller, { query: 'ingress rules' })).blocks;
    for (const hidden of ['\u001b', '\u202e', '\u200b']) expect(block?.text).not.toContain(hidden);
  });
});

describe('the scopes of recall', () => {
  async function scoped() {
    const made = await world();
    const blog = await project(made.store, 'blog');
    const own = await made.add('Tabs are used for indentation here');
    const users = await made.add('The person likes tabs for indentation', { scope: 'user', project: null });
    const other = await made.add('Tabs are used for indentation in the blog', { project: blog });
    return { ...made, blog, own, users, other };
  }
  const query = 'tabs indentation';

  it('looks in this project and at the user by default, in one of them when asked, everywhere for all', async () => {
    const { ids, own, users, other } = await scoped();
    expect((await ids(query)).sort()).toEqual([own, users].sort());
    expect(await ids({ query, scope: 'project' })).toEqual([own]);
    expect(await ids({ query, scope: 'user' })).toEqual([users]);
    expect((await ids({ query, scope: 'all' })).sort()).toEqual([own, users, other].sort());
  });

  it('names the project of each hit that is not from here', async () => {
    const { recall, caller, own, other } = await scoped();
    const { blocks } = await recall.ask(caller, { query, scope: 'all' });
    expect(blocks.find(({ ref }) => ref === other)?.text).toContain(' · project blog · ');
    expect(blocks.find(({ ref }) => ref === own)?.text).toContain(' · project · ');
  });

  it('puts this project before the user where both fit alike', async () => {
    const { add, ids } = await world();
    const here = await add('Indent with tabs');
    await add('Indent with spaces and tabs', { scope: 'user', project: null });
    expect((await ids('indent with tabs'))[0]).toBe(here);
  });

  it('narrows by kind', async () => {
    const { add, ids } = await world();
    const memory = await add('Ingress notes of the memory');
    const record = await add('Ingress notes of the record', { kind: 'recall' });
    expect(await ids({ query: 'ingress notes', kinds: ['memory'] })).toEqual([memory]);
    expect(await ids({ query: 'ingress notes', kinds: ['recall'] })).toEqual([record]);
    expect(await ids({ query: 'ingress notes' })).toHaveLength(2);
  });

  it('gives a caller without a project what was stored without one, and the user’s', async () => {
    const { caller, ids, add, users } = await scoped();
    const loose = await add('Tabs for indentation, said outside of projects', { project: null });
    const outside = { ...caller, project: null };
    expect((await ids(query, outside)).sort()).toEqual([users, loose].sort());
    expect(await ids({ query, scope: 'project' }, outside)).toEqual([loose]);
    expect(await ids({ query, scope: 'user' }, outside)).toEqual([users]);
  });
});

describe('a question in the words of what was superseded', () => {
  it('is answered with what took its place', async () => {
    const { recall, memories, caller, add } = await world();
    for (const line of ELSE) await add(line);
    const old = await memories.remember(caller, { content: 'Deployment goes to Heroku with dynos' });
    const middle = await memories.remember(caller, {
      content: 'We ship to Fly machines',
      replaces: old.id ?? '',
    });
    const next = await memories.remember(caller, {
      content: 'We ship to Kubernetes',
      replaces: middle.id ?? '',
    });
    const answer = await recall.ask(caller, { query: 'heroku dynos' });
    expect(answer.hits.map(({ id }) => id)).toEqual([next.id]);
    expect(answer.blocks[0]?.text).toContain(
      'replaces: "We ship to Fly machines" (2026-11-21), before that "Deployment goes to Heroku with dynos" (2026-11-21)',
    );
    const direct = await recall.ask(caller, { query: 'ship to kubernetes' });
    expect(direct.blocks[0]?.text).toContain('replaces: "We ship to Fly machines" (2026-11-21)');
  });

  it('stays within the scope that was asked for, and gives nothing that was forgotten', async () => {
    const { store, memories, caller, ids } = await world();
    const blog = await project(store, 'blog');
    const blogger = await person(store, blog);
    const old = await memories.remember(blogger, { content: 'Deployment goes to Heroku with dynos' });
    const next = await memories.remember(blogger, {
      content: 'We ship to Fly machines',
      replaces: old.id ?? '',
    });
    expect(await ids('heroku dynos')).toEqual([]);
    expect(await ids({ query: 'heroku dynos', scope: 'all' })).toEqual([next.id]);
    await memories.forget(caller, next.id ?? '', 'gone');
    expect(await ids({ query: 'heroku dynos', scope: 'all' })).toEqual([]);
  });
});

describe('the files that a memory speaks of', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');

  async function checkout(options: Options = {}) {
    const made = await world({ fileBudget: { files: 20, ms: 20_000 }, ...options });
    const root = tempFolder();
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/cart.ts'), 'cart');
    const caller: Caller = {
      ...made.caller,
      project: made.caller.project === null ? null : { ...made.caller.project, root },
    };
    const state = async (paths: NewMemory['paths'], changes: { scope?: 'all'; project?: ProjectId } = {}) => {
      const id = await made.add(`Carts round prices up ${Math.random()}`, {
        paths,
        ...(changes.project === undefined ? {} : { project: changes.project }),
      });
      const answer = await made.recall.ask(caller, {
        query: 'carts round prices',
        limit: 20,
        ...(changes.scope === undefined ? {} : { scope: changes.scope }),
      });
      return {
        hit: answer.hits.find((hit) => hit.id === id)?.files,
        text: answer.blocks.find(({ ref }) => ref === id)?.text ?? '',
        answer,
      };
    };
    return { ...made, root, caller, state };
  }

  it('are told unchanged, changed or missing', async () => {
    const { state, root } = await checkout();
    const kept = [{ path: 'src/cart.ts', sha256: hash('cart') }];
    const same = await state(kept);
    expect(same.hit).toBe('unchanged');
    expect(same.text).toContain(' · agent · unchanged');
    expect(same.text).toContain('files src/cart.ts');
    writeFileSync(join(root, 'src/cart.ts'), 'another');
    const changed = await state(kept);
    expect(changed.hit).toBe('changed');
    expect(changed.answer.closing.join(' ')).toMatch(/check it before relying on it/);
    unlinkSync(join(root, 'src/cart.ts'));
    expect((await state(kept)).hit).toBe('missing');
  });

  it('are not told missing when they were not there to begin with: nothing has changed since', async () => {
    const { state } = await checkout();
    const never = await state([{ path: 'src/planned.ts', sha256: null }]);
    expect(never.hit).toBeNull();
    expect(never.text).toContain('files src/planned.ts');
    expect(never.answer.closing.join(' ')).not.toContain('changed');
  });

  it('are told one by one where there are several; a renamed file, or a folder in its place, is missing', async () => {
    const { state, root } = await checkout();
    writeFileSync(join(root, 'src/tax.ts'), 'tax');
    const both = [
      { path: 'src/cart.ts', sha256: hash('cart') },
      { path: 'src/tax.ts', sha256: hash('before') },
    ];
    const changed = await state(both);
    expect(changed.hit).toBe('changed');
    expect(changed.text).toContain(' · changed since');
    expect(changed.text).toContain('files src/cart.ts, src/tax.ts (changed since)');
    renameSync(join(root, 'src/cart.ts'), join(root, 'src/basket.ts'));
    mkdirSync(join(root, 'src/cart.ts'));
    expect((await state(both)).text).toContain('files src/cart.ts (missing), src/tax.ts (changed since)');
    // A file that was kept without a hash cannot be told, so that not all are unchanged.
    const untold = [
      { path: 'src/tax.ts', sha256: hash('tax') },
      { path: 'src/basket.ts', sha256: null },
    ];
    expect((await state(untold)).hit).toBeNull();
  });

  it('are never read outside of the checkout, by dots or by a link', async () => {
    const read: string[] = [];
    const { state, root } = await checkout({
      readFile: async (path) => {
        read.push(path);
        return readFile(path);
      },
    });
    const outside = tempFolder();
    writeFileSync(join(outside, 'secret'), 'secret');
    symlinkSync(join(outside, 'secret'), join(root, 'link'));
    for (const path of ['../secret', join(outside, 'secret'), 'link', 'src/../../secret', 'a\0b']) {
      expect((await state([{ path, sha256: hash('secret') }])).hit).toBeNull();
    }
    expect(read).toEqual([]);
  });

  it('are not looked at for another project, or when none is named', async () => {
    const { state, store } = await checkout();
    const blog = await project(store, 'blog');
    expect(
      (await state([{ path: 'src/cart.ts', sha256: hash('cart') }], { scope: 'all', project: blog })).hit,
    ).toBeNull();
    expect((await state([])).hit).toBeNull();
  });

  it('do not hold the answer up: a disk that hangs tells nothing, and few files are read', async () => {
    const hung = await checkout({ readFile: () => new Promise(() => {}), fileBudget: { files: 20, ms: 30 } });
    expect((await hung.state([{ path: 'src/cart.ts', sha256: hash('cart') }])).hit).toBeNull();
    let reads = 0;
    const counted = await checkout({
      readFile: async (path) => {
        reads += 1;
        return readFile(path);
      },
    });
    const paths = Array.from({ length: 60 }, (_, at) => ({ path: `src/f${at}.ts`, sha256: hash('x') }));
    for (const { path } of paths) writeFileSync(join(counted.root, path), 'x');
    // Not every file was looked at, so nothing is promised of all of them.
    expect((await counted.state(paths)).hit).toBeNull();
    expect(reads).toBeLessThanOrEqual(20);
  });
});
