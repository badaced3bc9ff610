import { describe, expect, it } from 'vitest';
import { UserInputError } from '../../src/model/errors.ts';
import { converse, type Said } from '../support/conversation.ts';
import { project } from '../support/temp-store.ts';
import { append, cursorOf, said, world } from './world.ts';

const SMALL_TALK: readonly Said[] = [
  { text: 'Rename the settings page to preferences' },
  { role: 'assistant', text: 'Renamed in three places; the router and the sidebar follow.' },
  { text: 'Make the checkout button green' },
  { role: 'assistant', text: 'The button colour now comes from the theme.' },
  { text: 'Bump the copyright year in the footer' },
  { role: 'assistant', text: 'Done, footer says 2026.' },
];

describe('recall_history with a query', () => {
  it('finds a message and shows ref, date, role, client and project before the text around the match', async () => {
    const { store, shop, history, agent } = await world();
    await converse(
      store,
      'a',
      [
        ...SMALL_TALK,
        { text: 'How is the invoice number drawn?' },
        { role: 'assistant', text: 'It comes from a Postgres sequence, never from max(id)+1.' },
      ],
      {
        project: shop,
      },
    );
    const answer = await history.ask(agent, { query: 'invoice number sequence' });
    expect(answer.sentence).toMatch(/^\d+ messages? of this project fits?, best first:$/);
    expect(answer.blocks[0]?.text).toMatch(
      /^\[[0-9a-z]{6}\/8\] 2026-11-01 00:00 · assistant · claude-code · shop\nIt comes from a Postgres sequence/,
    );
    expect(answer.closing.join('\n')).toContain(`recall_history({ref:"${answer.blocks[0]?.ref}"})`);
    expect(answer.hits[0]).toMatchObject({
      scope: 'project',
      project: 'shop',
      role: 'assistant',
      origin: 'agent',
      at: '2026-11-01T00:00:07.000Z',
    });
  });

  it('is not emptied by one word that nobody ever said', async () => {
    const { store, shop, refs } = await world();
    await converse(
      store,
      'a',
      [...SMALL_TALK, { text: 'The invoice number comes from a Postgres sequence' }],
      { project: shop },
    );
    const [first] = await refs({ query: 'invoice number sequence zebra' });
    expect(first).toMatch(/\/7$/);
    expect((await refs({ query: 'sequence zebra' }))[0]).toMatch(/\/7$/);
  });

  it.each([
    'zorblax quuxification frobnicate',
    'best sourdough hydration for a country loaf',
    'who won the world cup final in 1998',
  ])('says that nothing relevant is stored when asked: %s', async (query) => {
    const { store, shop, history, agent } = await world();
    await converse(
      store,
      'a',
      [...SMALL_TALK, { text: 'How is the invoice number drawn in the final step?' }],
      { project: shop },
    );
    const answer = await history.ask(agent, { query });
    expect(answer).toMatchObject({ abstained: true, reason: 'nothing relevant', blocks: [], hits: [] });
    expect(answer.sentence).toBe('Nothing relevant is stored in the history of this project.');
    expect(answer.next(0)).toBeNull();
  });

  it('says nothing when the only known words stand in most messages', async () => {
    const { store, shop, history, agent } = await world();
    const lines = Array.from(
      { length: 80 },
      (_, at): Said => ({ text: `deploy note ${at} about item${at * 7}` }),
    );
    await converse(store, 'a', lines, { project: shop });
    expect((await history.ask(agent, { query: 'deploy' })).abstained).toBe(true);
    expect((await history.ask(agent, { query: 'deploy zorblax' })).abstained).toBe(true);
    expect((await history.ask(agent, { query: 'deploy item77' })).abstained).toBe(false);
  });

  it('asks for words when the query holds only stop words', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', SMALL_TALK, { project: shop });
    const answer = await history.ask(agent, { query: 'what is this and why' });
    expect(answer.sentence).toMatch(/holds no word to search for/);
    expect(answer.abstained).toBe(true);
  });

  it('finds an error code and a name as code writes it, and nothing that holds only pieces of it', async () => {
    const { store, shop, refs } = await world();
    await converse(
      store,
      'a',
      [
        { text: 'The build fails with TS2345 in cart.ts' },
        { role: 'assistant', text: 'Fixed: getUserById returned null where User was expected.' },
        { text: 'Now get the user list sorted by id' },
        { text: 'TS settings are fine' },
      ],
      { project: shop },
    );
    expect(await refs({ query: 'TS2345' })).toEqual([expect.stringMatching(/\/1$/)]);
    expect(await refs({ query: 'getUserById' })).toEqual([expect.stringMatching(/\/2$/)]);
    const parts = await refs({ query: 'user by id' });
    expect(parts).toContainEqual(expect.stringMatching(/\/2$/));
    expect(await refs({ query: 'TS9999' })).toEqual([]);
  });

  it('holds a quoted phrase to its words in their order', async () => {
    const { store, shop, history, agent } = await world();
    await converse(
      store,
      'a',
      [
        { text: 'check the health of the queue' },
        { text: 'The health check of the queue runs every minute' },
        { text: 'queue health, then a check of logs' },
      ],
      { project: shop },
    );
    const exact = await history.ask(agent, { query: '"health check" queue' });
    expect(exact.blocks.map(({ ref }) => ref)).toEqual([expect.stringMatching(/\/2$/)]);
    const missing = await history.ask(agent, { query: '"queue check health"' });
    expect(missing.sentence).toMatch(
      /^No message holds the quoted words as they stand; 3 messages .* hold most of them:$/,
    );
  });

  it('finds Chinese and Japanese text', async () => {
    const { store, shop, refs } = await world();
    await converse(
      store,
      'a',
      [
        ...SMALL_TALK,
        { text: '我们的部署脚本在 scripts 目录里' },
        { text: 'データベースの接続設定を変更しました' },
      ],
      { project: shop },
    );
    expect((await refs({ query: '部署脚本' }))[0]).toMatch(/\/7$/);
    expect((await refs({ query: 'データベース接続' }))[0]).toMatch(/\/8$/);
  });

  it('never finds the turn that is going on, nor lends its words to the turn before', async () => {
    const { store, shop, history, inside, agent } = await world();
    const now = await converse(
      store,
      'now',
      [...SMALL_TALK, { text: 'What is our kubernetes ingress policy?' }],
      { project: shop },
    );
    const answer = await history.ask(await inside(now), { query: 'kubernetes ingress policy' });
    expect(answer.abstained).toBe(true);
    const outside = await history.ask(agent, { query: 'kubernetes ingress policy' });
    expect(outside.blocks[0]?.ref).toMatch(/\/7$/);
  });

  it('finds earlier turns of the very same session', async () => {
    const { store, shop, history, inside } = await world();
    const now = await converse(
      store,
      'now',
      [{ text: 'The kubernetes ingress policy is deny by default' }, ...SMALL_TALK],
      { project: shop },
    );
    const answer = await history.ask(await inside(now), { query: 'kubernetes ingress policy' });
    expect(answer.blocks[0]?.ref).toMatch(/\/1$/);
  });

  it('leaves out withdrawn turns and injected text', async () => {
    const { store, shop, refs } = await world();
    const { session } = await converse(
      store,
      'a',
      [
        ...SMALL_TALK,
        { text: 'INJECTED kubernetes ingress policy', kind: 'injected', by: 'harness' },
        { text: 'Explain the kubernetes ingress policy' },
        { role: 'assistant', text: 'The kubernetes ingress policy denies by default' },
      ],
      { project: shop },
    );
    expect(await refs({ query: 'kubernetes ingress policy' })).toHaveLength(2);
    await append(store, [{ type: 'rewind', session, turns: 1, place: 1_000_000 }]);
    expect(await refs({ query: 'kubernetes ingress policy' })).toEqual([]);
  });

  it('shows what a fork has copied once', async () => {
    const { store, shop, refs } = await world();
    const shared: readonly Said[] = [
      { key: 'k1', text: 'The kubernetes ingress policy is deny by default' },
      { key: 'k2', role: 'assistant', text: 'Noted in the runbook' },
    ];
    await converse(store, 'first', shared, { project: shop });
    await converse(store, 'fork', [...shared, { text: 'And in the fork we go on with colours' }], {
      project: shop,
    });
    expect(await refs({ query: 'kubernetes ingress policy' })).toHaveLength(1);
  });
});

describe('the filters of a search', () => {
  async function filtered() {
    const made = await world();
    const { store, shop } = made;
    const other = await project(store, 'blog');
    const fact: readonly Said[] = [
      { text: 'Does the ingress controller rewrite paths?' },
      { role: 'assistant', text: 'Yes, the ingress controller rewrites them.' },
      { role: 'tool', tool: 'Bash', text: 'ingress controller rewrite: enabled' },
    ];
    await converse(store, 'early', fact, { project: shop, startedAt: Date.UTC(2026, 0, 5) });
    await converse(store, 'late', fact, { project: shop, client: 'codex', startedAt: Date.UTC(2026, 5, 5) });
    await converse(store, 'blog', fact, { project: other, startedAt: Date.UTC(2026, 5, 6) });
    await converse(
      store,
      'timeless',
      fact.map((one) => ({ ...one, at: null })),
      { project: shop, client: 'ndjson' },
    );
    return { ...made, other };
  }
  const query = 'ingress controller rewrite';

  it('narrows by project, by name and to all', async () => {
    const { texts } = await filtered();
    const projects = (lines: string[]) =>
      [...new Set(lines.map((line) => / · (shop|blog)/.exec(line)?.[1]))].sort();
    expect(projects(await texts({ query, limit: 50 }))).toEqual(['shop']);
    expect(projects(await texts({ query, project: 'blog', limit: 50 }))).toEqual(['blog']);
    expect(projects(await texts({ query, project: 'all', limit: 50 }))).toEqual(['blog', 'shop']);
  });

  it('narrows by role', async () => {
    const { history, agent } = await filtered();
    for (const role of ['user', 'assistant', 'tool'] as const) {
      const { hits } = await history.ask(agent, { query, role });
      expect(hits.length).toBeGreaterThan(0);
      expect(hits.every((hit) => hit.role === role)).toBe(true);
    }
    expect((await history.ask(agent, { query, role: 'system' })).abstained).toBe(true);
  });

  it('narrows by client', async () => {
    const { history, agent } = await filtered();
    const { hits } = await history.ask(agent, { query, client: 'codex', limit: 50 });
    expect(new Set(hits.map(({ client }) => client))).toEqual(new Set(['codex']));
    expect((await history.ask(agent, { query, client: 'nobody' })).abstained).toBe(true);
  });

  it('narrows by session', async () => {
    const { history, agent, store } = await filtered();
    const [late] = await store.sessions.find('late');
    const { hits, sentence } = await history.ask(agent, { query, session: late?.short ?? '', limit: 50 });
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.every(({ ref }) => ref.startsWith(`${late?.short}/`))).toBe(true);
    expect(sentence).toContain('of that session');
  });

  it('takes since and until inclusively, and leaves out what has no time', async () => {
    const { history, agent } = await filtered();
    const late = Date.UTC(2026, 5, 5);
    const times = async (request: { since?: number; until?: number }) =>
      (await history.ask(agent, { query, limit: 50, ...request })).hits.map(({ at }) => at).sort();
    expect(await times({ since: late, until: late })).toEqual(['2026-06-05T00:00:00.000Z']);
    expect(await times({ since: late + 1000 })).toEqual([
      '2026-06-05T00:00:01.000Z',
      '2026-06-05T00:00:02.000Z',
    ]);
    expect(await times({ until: Date.UTC(2026, 0, 5) + 1000 })).toEqual([
      '2026-01-05T00:00:00.000Z',
      '2026-01-05T00:00:01.000Z',
    ]);
    expect((await times({})).includes(null)).toBe(true);
    expect((await times({ until: Date.UTC(2030, 0, 1) })).includes(null)).toBe(false);
  });

  it('lets no neighbour of a hit slip past a filter', async () => {
    const { history, agent } = await filtered();
    const { hits } = await history.ask(agent, {
      query: 'does the ingress controller rewrite the paths',
      role: 'user',
      since: Date.UTC(2026, 5, 1),
      limit: 50,
    });
    expect(hits.map(({ role, at }) => [role, at])).toEqual([['user', '2026-06-05T00:00:00.000Z']]);
  });

  it('names the known projects when asked for one that is not there', async () => {
    const { history, agent } = await filtered();
    const asked = history.ask(agent, { query, project: 'nowhere' });
    await expect(asked).rejects.toThrow(UserInputError);
    await expect(asked).rejects.toThrow(/"blog", "shop"/);
  });

  it('asks for an id when two projects share the name', async () => {
    const { store, history, agent } = await filtered();
    const twin = await store.projects.claim({
      name: 'blog',
      identity: [{ machine: 'here', kind: 'path', value: '/elsewhere/blog' }],
      extra: [],
    });
    await expect(history.ask(agent, { query, project: 'blog' })).rejects.toThrow(
      /2 projects are called "blog"/,
    );
    expect((await history.ask(agent, { query, project: twin.id.slice(0, 10) })).abstained).toBe(true);
  });

  it('looks everywhere, and says so, for a caller without a project', async () => {
    const { history, agent } = await filtered();
    const answer = await history.ask({ ...agent, project: null }, { query, limit: 50 });
    expect(new Set(answer.hits.map((hit) => hit.project))).toEqual(new Set(['shop', 'blog']));
    expect(said(answer)).toContain('No project is known for this call, so every project was looked at.');
  });

  it('refuses a since that is later than until, and a role without a query', async () => {
    const { history, agent } = await filtered();
    await expect(history.ask(agent, { query, since: 2, until: 1 })).rejects.toThrow(/later than `until`/);
    await expect(history.ask(agent, { role: 'user' })).rejects.toThrow(/`role`/);
  });
});

describe('the pages of a search', () => {
  it('gives every message once, in the order of one long page', async () => {
    const { store, shop, history, agent } = await world();
    for (let at = 0; at < 9; at += 1) {
      await converse(
        store,
        `s${at}`,
        [...SMALL_TALK, { text: `ingress rewrite rule number ${at} for the shop` }],
        { project: shop },
      );
    }
    const all = await history.ask(agent, { query: 'ingress rewrite rule', limit: 50 });
    expect(all.blocks.length).toBeGreaterThanOrEqual(9);
    expect(all.next(all.blocks.length)).toBeNull();
    const paged: string[] = [];
    let page = await history.ask(agent, { query: 'ingress rewrite rule', limit: 4 });
    for (;;) {
      paged.push(...page.blocks.map(({ ref }) => ref));
      const cursor = cursorOf(page);
      if (cursor === null) break;
      page = await history.ask(agent, { cursor });
    }
    expect(paged).toEqual(all.blocks.map(({ ref }) => ref));
  });

  it('goes on after the blocks that were shown, not after those that were found', async () => {
    const { store, shop, history, agent } = await world();
    for (let at = 0; at < 5; at += 1) {
      await converse(
        store,
        `s${at}`,
        [...SMALL_TALK, { text: `ingress rewrite rule number ${at} for the shop` }],
        { project: shop },
      );
    }
    const first = await history.ask(agent, { query: 'ingress rewrite rule', limit: 5 });
    const cursor = cursorOf(first, 2);
    const second = await history.ask(agent, { cursor: cursor ?? '' });
    expect(second.blocks[0]?.ref).toBe(first.blocks[2]?.ref);
  });

  it('gives the same answer to the same question', async () => {
    const { store, shop, refs } = await world();
    for (let at = 0; at < 4; at += 1) {
      await converse(store, `s${at}`, [{ text: 'ingress rewrite rule, word for word' }], {
        project: shop,
        startedAt: Date.UTC(2026, 1, 1 + at),
      });
    }
    const first = await refs({ query: 'ingress rewrite rule' });
    expect(await refs({ query: 'ingress rewrite rule' })).toEqual(first);
    const sessions = await Promise.all(
      first.map(async (ref) => (await store.sessions.find(ref.split('/')[0] ?? ''))[0]?.external),
    );
    expect(sessions).toEqual(['s3', 's2', 's1', 's0']);
  });

  it('answers in a store that speaks of one thing only', async () => {
    const { store, shop, refs } = await world();
    await converse(
      store,
      'one-topic',
      Array.from({ length: 80 }, (_, at) => ({ text: `quokka migration step ${at}` })),
      { project: shop },
    );
    expect((await refs({ query: 'quokka migration', limit: 5 })).length).toBe(5);
    expect(await refs({ query: 'quokka zyzzyva', limit: 5 })).toEqual([]);
  });
});
