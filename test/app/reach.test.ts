import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerIn } from '../support/compile-world.ts';
import { reachWorld, SECRETS, type World } from './reach-world.ts';
import '../support/properties.ts';

/** Longer ones first, so that an id is not cut by the short form that it begins with. */
function idsOf({ foreign }: World): string[] {
  const { external: _, ...lists } = foreign;
  return Object.values(lists)
    .flat()
    .filter((id) => id !== '')
    .sort((a, b) => b.length - a.length);
}

/** An answer in which ids that every store has made for itself are told apart by what they name alone. */
function comparable(answer: string, { own }: World, sent: readonly string[] = []): string {
  let text = answer;
  for (const each of [...sent].sort((a, b) => b.length - a.length))
    if (each !== '') text = text.replaceAll(each, '<sent>');
  for (const [id, name] of [...own.ids].sort(([a], [b]) => b.length - a.length))
    text = text.replaceAll(id, `<${name}>`);
  return text
    .replace(/cursor:\\*"[\w-]+\\*"/g, 'cursor:<cursor>')
    .replace(/\b[mkecij]_[0-9a-z]{6,26}\b/g, '<id>')
    .replace(/\b[0-9a-z]{26}\b/g, '<long>')
    .replace(/[0-9a-f]{16,}/g, '<hash>');
}

function expectSilent(answer: string, world: World, sent: readonly string[] = []): void {
  const { sessions } = world.foreign;
  const longest = [...sent].sort((a, b) => b.length - a.length);
  const text = longest.reduce((rest, each) => rest.replaceAll(each, '<sent>'), answer).toLowerCase();
  for (const secret of [...SECRETS, '7777']) expect(text, answer).not.toContain(secret);
  for (const id of idsOf(world)) {
    // The other session goes on in this project with its third turn.
    if (id === sessions[0]) expect(text).not.toMatch(new RegExp(`${id}(?:/[1-4]|#[12])\\b`));
    else if (!sessions.includes(id)) expect(text).not.toContain(id.toLowerCase());
  }
}

/** Of the same shape as an id, and nobody's. */
function strange(id: string): string {
  if (id === 'bravolandia') return 'charlieburg';
  if (id === 'Release of zebrafish') return 'Release of porcupines';
  if (id === 'feed-the-quokka') return 'feed-the-wombat';
  if (id.startsWith('0198bravo')) return '0198nobody-external-id'.slice(0, id.length);
  const letters = '0123456789abcdefghjkmnpqrstvwxyz';
  const [, prefix = '', rest = ''] = /^([a-z]_)?(.*)$/.exec(id) ?? [];
  return (
    prefix + [...rest].map((letter, at) => letters[(letters.indexOf(letter) + at * 7 + 3) % 32]).join('')
  );
}

type Ask = readonly [tool: string, args: unknown, meta?: unknown];

/** Every argument of every tool that can name something. */
function naming(id: string): Ask[] {
  const meta = { threadId: id, callId: `call-${id}`, 'x-codex-turn-metadata': { turn_id: 'turn-1' } };
  const update = (more: object) => ({ content: `A fact beside ${id} that is kept`, ...more });
  return [
    ['recall', { query: id }],
    ['recall', { query: `[${id}]`, scope: 'all' }],
    ['recall', { query: `what is ${id} about`, scope: 'all', kinds: ['memory', 'recall', 'skill'] }],
    ['recall', { query: id, kinds: ['skill'] }],
    ['recall', { query: `midturn-${id}` }],
    ['recall', { query: id, as_of: '2026-11-20' }],
    ['recall', { query: id, hook: true }],
    ['recall_history', { query: 'release', project: id }],
    ['recall_history', { project: id }],
    ['recall_history', { ref: `${id}/1` }],
    ['recall_history', { ref: `${id}/2`, around: 5, full: true }],
    ['recall_history', { ref: `${id}#1` }],
    ['recall_history', { session: id }],
    ['recall_history', { session: id, full: true }],
    ['recall_history', { session: id, turns: [1, 2] }],
    ['recall_history', { session: id, last: 2, full: true }],
    ['recall_history', { session: id, query: 'release' }],
    ['recall_history', {}, meta],
    ['recall_history', { last: 1 }, meta],
    ['recall_history', { query: 'release' }, meta],
    ['remember', update({ replaces: id })],
    ['remember', update({ replaces: id, scope: 'user' })],
    ['remember', update({ part_of: id, see_also: [id, id] })],
    ['remember', { content: `Said by the user beside ${id}`, said_by: 'user' }, meta],
    [
      'submit_suggestion',
      { memory_updates: [{ action: 'replace', old_summary: id, content: `Of ${id} now` }] },
    ],
    ['submit_suggestion', { memory_updates: [{ action: 'remove', old_summary: id }], cwd: id, project: id }],
    [
      'submit_suggestion',
      { skill_action: [{ action: 'patch', skill_id: id, content: 'x', description: 'Use it when asked' }] },
    ],
    ['compile', { dry_run: true }],
    ['compile', {}],
    ['status', {}],
  ];
}

const URIS = [
  'midturn://user',
  'midturn://project',
  'midturn://recall',
  'midturn://skills',
  'midturn://history',
  'midturn://status',
] as const;

/** One of each kind of foreign names, and which it is. */
const NAMED: ReadonlyArray<readonly [string, (foreign: World['foreign']) => string]> = [
  ['a memory', ({ memories }) => memories[0] ?? ''],
  ['a memory by its long id', ({ memories }) => memories[3] ?? ''],
  ['a memory that waits', ({ memories }) => memories[4] ?? ''],
  ['a memory that has run out', ({ memories }) => memories[6] ?? ''],
  ['the title of a memory', () => 'Release of zebrafish'],
  ['a session', ({ sessions }) => sessions[0] ?? ''],
  ['a session by its long id', ({ sessions }) => sessions[1] ?? ''],
  ['a session by the id that its client gave it', ({ external }) => external],
  ['a skill', ({ skills }) => skills[0] ?? ''],
  ['a skill by its name', () => 'feed-the-quokka'],
  ['a suggestion', ({ envelopes }) => envelopes[2] ?? ''],
  ['an envelope', ({ envelopes }) => envelopes[0] ?? ''],
  ['a receipt', ({ receipts }) => receipts[0] ?? ''],
  ['a project', ({ projects }) => projects[0] ?? ''],
  ['a project by its name', ({ projects }) => projects[1] ?? ''],
];

describe('a caller who is bound to a project', () => {
  it('is answered with its own project and the owner', async () => {
    const world = await reachWorld(true);
    expect(await world.call('recall', { query: 'Which branch does the release run from?' })).toContain(
      'main branch',
    );
    expect(await world.call('recall', { query: 'short answers with examples' })).toContain('short answers');
    expect(await world.call('recall_history', { query: 'deploy script on Friday' })).toContain(
      'deploy script',
    );
    expect(await world.call('recall', { query: 'cut-a-release', kinds: ['skill'] })).toContain(
      'Run the release',
    );
    expect(await world.call('status', {})).toContain('alphaville');
  });

  it('sees nothing of another project in any form of any question', async () => {
    const world = await reachWorld(true);
    const asks: Ask[] = [
      ['recall', { query: 'release zebrafish narwhal branch', scope: 'all' }],
      ['recall', { query: 'billing service port', scope: 'all', explain: true, limit: 20 }],
      ['recall', { query: 'which billing port was it', scope: 'all', as_of: '2026-11-21' }],
      ['recall', { query: 'sessions in Redis', scope: 'all' }],
      ['recall', { query: '"quokka listens"', scope: 'all' }],
      ['recall', { query: 'tabs', scope: 'user' }],
      ['recall', { query: 'feed the quokka', kinds: ['skill'], scope: 'all' }],
      ['recall_history', {}],
      ['recall_history', { project: 'all' }],
      ['recall_history', { project: 'no such project' }],
      ['recall_history', { query: 'zebrafish quokka port', project: 'all', explain: true }],
      ['recall_history', { query: 'billing port', project: 'all', limit: 50 }],
      ['recall_history', { query: 'what was said in november 2026', project: 'all' }],
      ['recall_history', { session: world.own.session }],
      ['recall_history', { session: world.own.session, full: true }],
      ['recall_history', { session: world.own.session, last: 5, full: true }],
      ['recall_history', { session: world.own.session, turns: [1, 2, 3, 4] }],
      ['recall_history', { ref: `${world.own.session}/4`, around: 20, full: true }],
      ['status', {}],
      ['compile', { dry_run: true }],
      ['compile', {}],
      ['status', {}],
    ];
    for (const [tool, args, meta] of asks) expectSilent(await world.call(tool, args, meta), world);
    for (const { short } of world.own.memories)
      expectSilent(await world.call('recall', { query: short }), world);
    const { memories } = await world.store.memories.list({ states: ['active'], limit: 100 });
    for (const { short, scope, project } of memories)
      if (scope === 'user' || project === world.alpha)
        expectSilent(await world.call('recall', { query: short }), world, []);
  });

  it.each(NAMED)(
    'is answered for %s in the words for what is unknown, in every argument',
    async (_, pick) => {
      // What is sent is kept, too: each of the two has a store of its own.
      const [world, beside] = [await reachWorld(true, false), await reachWorld(true, false)];
      const id = pick(world.foreign);
      const other = strange(id);
      expect(id).toMatch(/\S/);
      const others = naming(other);
      for (const [at, [tool, args, meta]] of naming(id).entries()) {
        const found = await world.call(tool, args, meta);
        expectSilent(found, world, [id]);
        expect(comparable(found, world, [id]), JSON.stringify(args)).toBe(
          comparable(await beside.call(tool, others[at]?.[1], others[at]?.[2]), beside, [other]),
        );
      }
    },
  );

  it('opens of a session that lies in two projects what lies in its own', async () => {
    const world = await reachWorld(true);
    const [session = ''] = world.foreign.sessions;
    const sent = [session, ...world.foreign.sessions];
    const listed = await world.call('recall_history', { query: 'Port 4100 it is' });
    expect(listed).toContain(`[${session}/6]`);
    for (const args of [
      { session },
      { session, full: true },
      { session, turns: [1, 2, 3] },
      { session, last: 9, full: true },
      { ref: `${session}/6`, around: 20 },
      { ref: `${session}/2` },
      { ref: `${session}/99` },
    ])
      expectSilent(await world.call('recall_history', args), world, sent);
    expect(await world.call('recall_history', { ref: `${session}/6` })).toContain('Port 4100 it is');
    expect(comparable(await world.call('recall_history', { ref: `${session}/2` }), world)).toBe(
      comparable(await world.call('recall_history', { ref: `${session}/99` }), world).replaceAll('99', '2'),
    );
    expect(await world.call('recall_history', { session, turns: [3] })).toContain('which port has billing');
  });

  it('gets no word of another session for its own by naming it', async () => {
    const world = await reachWorld(true, false);
    const meta = { threadId: world.foreign.external, callId: 'call-bravo' };
    const words = 'The billing service of zebrafish listens on port 7777';
    const suggested = `Remember: ${words.toLowerCase()}`;
    // One that nothing binds is believed: the person has said so there.
    const free = await world.callUnbound('remember', { content: words, scope: 'user' }, meta);
    expect(free).toContain('origin user');
    for (const scope of ['project', 'user']) {
      const named = await world.call(
        'remember',
        { content: `${words}.`, scope: 'project', said_by: 'user' },
        meta,
      );
      expect(named).toContain('origin agent');
      await world.call('submit_suggestion', { memory_updates: [{ content: suggested, scope }] }, meta);
    }
    const kept = await world.store.suggestions.list({ projects: [world.alpha], limit: 10 });
    expect(kept).toHaveLength(2);
    for (const { envelope } of kept) {
      const stored = await world.store.suggestions.get(envelope);
      expect(stored).toMatchObject({ token: 'a_bound1', callId: null });
      expect(world.foreign.sessions).not.toContain(stored?.session);
    }
    // Whoever compiles it later, for the owner, finds no more behind it.
    const owner = callerIn(world.store, { id: world.alpha, name: 'alphaville' });
    expect(await (await world.app.compile()).compile(owner)).toMatchObject({ processed: 2 });
    const { memories } = await world.store.memories.list({ states: ['active', 'waiting'], limit: 100 });
    const learned = memories.filter(({ content }) => content.toLowerCase() === suggested.toLowerCase());
    expect(learned.map(({ origin }) => origin)).toEqual(learned.map(() => 'agent'));
    expect(learned).not.toHaveLength(0);
    const bound = memories.filter(({ project }) => project === world.alpha);
    for (const { session } of bound) expect(world.foreign.sessions).not.toContain(session);
  });

  it('is told nothing by what the owner compiles of its suggestions', async () => {
    const world = await reachWorld(true, false);
    const [skill = ''] = world.foreign.skills;
    const words = { content: 'x', description: 'Use it when asked' };
    const sent = {
      skill_action: [
        { action: 'patch', skill_id: 'feed-the-quokka', ...words },
        { action: 'retire', skill_id: skill, summary: 'Not wanted' },
      ],
      memory_updates: [{ action: 'remove', old_summary: world.foreign.memories[0] }],
    };
    await world.call('submit_suggestion', sent);
    const owner = callerIn(world.store, { id: world.alpha, name: 'alphaville' });
    expect(await (await world.app.compile()).compile(owner)).toMatchObject({ processed: 3 });
    const named = ['feed-the-quokka', skill, world.foreign.memories[0] ?? ''];
    const again = await world.call('submit_suggestion', sent);
    expect(again).toContain('no skill here is named');
    expect(again).not.toContain('another project');
    expectSilent(again, world, named);
    expectSilent(await world.call('status', {}), world, named);
  });

  it('leaves its token in the receipts, and what it reads of receipts is its own', async () => {
    const world = await reachWorld(true);
    await world.call('remember', { content: 'The shop closes at nine' });
    const [latest] = await world.store.receipts.list({ limit: 1 });
    expect(latest).toMatchObject({ token: 'a_bound1', surface: 'http', project: world.alpha });
    for (const id of world.foreign.receipts)
      expectSilent(await world.read(`midturn://receipts/${id}`), world, [id]);
  });

  it('reads no other project by any resource', async () => {
    const world = await reachWorld(true);
    for (const uri of URIS) expectSilent(await world.read(uri), world);
    for (const id of idsOf(world)) {
      for (const place of ['memories', 'skills', 'receipts', 'history']) {
        const found = await world.read(`midturn://${place}/${id}`);
        const isSession = place === 'history' && world.foreign.sessions.includes(id);
        if (!isSession)
          expect(comparable(found, world, [id])).toBe(
            comparable(await world.read(`midturn://${place}/${strange(id)}`), world, [strange(id)]),
          );
        expectSilent(found, world, [id]);
      }
      expectSilent(await world.read(`midturn://history/${id}/1`), world, [id]);
    }
  });

  it('is told of no path and no count but its own in a status', async () => {
    const world = await reachWorld(true, false);
    const status = await world.call('status', {});
    expect(status).not.toContain(world.app.layout.root);
    expect(status).toContain('"counts":{"projects":1,"sessions":1,"messages":4');
    expect(status).toContain('"wiring":[]');
    expect(comparable(status, world)).toBe(
      comparable(await (await reachWorld(false)).call('status', {}), world),
    );
  });
});

describe('a caller over the network who is bound to nothing', () => {
  it('sees every project, and no path of the server', async () => {
    const world = await reachWorld(true);
    const found = await world.callUnbound('recall', { query: 'Release of zebrafish', scope: 'all' });
    expect(found).toContain('narwhal branch');
    expect(await world.callUnbound('recall_history', { project: 'nobody' })).toContain('bravolandia');
    const status = await world.callUnbound('status', {});
    expect(status).toContain('"projects":2');
    expect(status).toContain('zebrafish: <path> cannot be read');
    expect(status).not.toContain('/srv/');
    expect(status).not.toContain(world.app.layout.root);
    expect(status).not.toContain('"home"');
  });

  it('is told of conflicts in files without their place', async () => {
    const world = await reachWorld(false);
    await world.callUnbound('remember', { content: 'I like spaces', scope: 'user' });
    await world.callUnbound('compile', {});
    const file = join(world.app.layout.root, 'USER.md');
    writeFileSync(file, 'no header at all\n');
    const compiled = await world.callUnbound('compile', {});
    expect(compiled).toContain('"notices"');
    expect(compiled).not.toContain(world.app.layout.root);
    writeFileSync(file, 'nor here\n');
    expect(await world.call('compile', {})).not.toContain('notices');
  });
});

describe('what is there of another project', () => {
  it('changes no answer to anything', async () => {
    const [full, alone] = [await reachWorld(true, false), await reachWorld(false)];
    const word = fc.constantFrom(
      ...SECRETS,
      ...'release billing service port shop sessions Redis branch main Friday which where user answers production deploy Monday May November first 7777 4100'.split(
        ' ',
      ),
    );
    const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));
    const named = fc.constantFrom(...idsOf(full), full.foreign.external, 'alphaville', 'all', 'zzzzzz');
    const scope = fc.constantFrom('project', 'user', 'all');
    const kinds = fc.subarray(['memory', 'recall', 'skill']);
    const ask: fc.Arbitrary<Ask> = fc.oneof(
      fc
        .record({
          query: fc.oneof(words, named),
          scope,
          explain: fc.boolean(),
          limit: fc.integer({ min: 1, max: 20 }),
        })
        .map((args): Ask => ['recall', args]),
      fc.record({ query: words, kinds, scope }).map((args): Ask => ['recall', args]),
      fc.record({ query: words, hook: fc.constant(true) }).map((args): Ask => ['recall', args]),
      fc
        .record({ query: words, project: named, explain: fc.boolean() }, { requiredKeys: ['query'] })
        .map((args): Ask => ['recall_history', args]),
      fc
        .record(
          { session: named, query: words, full: fc.boolean(), last: fc.integer({ min: 1, max: 5 }) },
          { requiredKeys: ['session'] },
        )
        .map((args): Ask => ['recall_history', args]),
      fc
        .record({
          ref: fc.tuple(named, fc.integer({ min: 1, max: 9 })).map(([id, at]) => `${id}/${at}`),
          around: fc.integer({ min: 0, max: 9 }),
        })
        .map((args): Ask => ['recall_history', args]),
      fc.record({ project: named }, { requiredKeys: [] }).map((args): Ask => ['recall_history', args]),
      fc
        .record(
          { content: words, replaces: fc.oneof(named, words), see_also: fc.array(named, { maxLength: 2 }) },
          { requiredKeys: ['content'] },
        )
        .map((args): Ask => ['remember', args]),
      fc
        .record({
          memory_updates: fc.array(
            fc.record({
              action: fc.constantFrom('add', 'replace', 'remove'),
              content: words,
              old_summary: fc.oneof(named, words),
            }),
            { minLength: 1, maxLength: 2 },
          ),
        })
        .map((args): Ask => ['submit_suggestion', args]),
      fc.constant<Ask>(['compile', {}]),
      fc.constant<Ask>(['status', {}]),
    );
    const meta = fc.option(fc.record({ threadId: named, callId: fc.constantFrom('call-1', 'call-2') }), {
      nil: null,
    });
    await fc.assert(
      fc.asyncProperty(ask, meta, async ([tool, args], given) => {
        const [found, expected] = [await full.call(tool, args, given), await alone.call(tool, args, given)];
        expect(comparable(found, full)).toBe(comparable(expected, alone));
      }),
      { numRuns: 250 },
    );
  }, 180_000);
});
