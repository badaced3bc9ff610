/**
 * Whatever stands in an argument or a URI: the answer is one for its sender, never an error of ours, and the server goes
 * on. Over the server that `midturn serve` is, with records, sessions and skills that the guesses may meet.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addSession, addSkill } from '../mcp/resources/world.ts';
import { envelope, item } from '../store/promoting.ts';
import { argumentsOf, HOSTILE, type Schema, stringsLike } from '../support/schema-values.ts';
import { type Reply, rpc, type ServedWorld, servedWorld } from '../support/served-world.ts';

/** What only an error of ours would say. */
const OURS =
  /-32603|failed inside|(?:Range|Type|Syntax|Reference|Sqlite)Error|SQLITE|no such table|fts5|\\n {4}at |node:|\.cjs|\.ts:\d|\/tmp\/midturn-test/i;

type Place = {
  readonly world: ServedWorld;
  readonly token: string;
  readonly project: string;
  /** Ids, refs, titles, names that are there. */
  readonly known: readonly string[];
  readonly ask: (method: string, params: Readonly<Record<string, unknown>>) => Promise<Reply>;
};

async function place(): Promise<Place> {
  const world = await servedWorld();
  const project = await world.makeProject('shop');
  const { store, port } = world;
  const { token } = await world.makeToken({ scopes: ['read', 'write', 'admin'] });
  const ask: Place['ask'] = (method, params) => rpc(port, method, params, { token, project });
  for (const content of ['Billing listens on port 4100', 'Deploys run on Friday', 'We use pnpm'])
    await ask('tools/call', { name: 'remember', arguments: { content, title: content } });
  const session = await addSession(store, project, 'external-one', [
    'Which port?',
    'Port 4100.',
    'And deploys?',
    'Friday.',
  ]);
  const skill = await addSkill(store, 'cut-a-release', 'Run the release script');
  await store.suggestions.put(envelope(store.owner, 'one', [item('Tabs')], { project }));
  const { memories } = await store.memories.list({ states: ['active'], limit: 10 });
  const receipts = await store.receipts.list({ limit: 10 });
  const known = [
    ...memories.flatMap(({ id, short, title }) => [id, short, title]),
    ...receipts.flatMap(({ id, short }) => [id, short]),
    session.short,
    session.id,
    `${session.short}/1`,
    `${session.short}#1`,
    'external-one',
    skill.short,
    'cut-a-release',
    project,
    'shop',
    'all',
  ];
  return { world, token, project, known, ask };
}

function expectOfSender(what: string, { status, text }: Reply): void {
  expect(status, what).toBeLessThan(500);
  expect(text, what).not.toMatch(OURS);
  expect(text.length, what).toBeLessThan(300_000);
}

/** Half a character is none that an address can hold. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const everyFourth = (from: number): readonly string[] => HOSTILE.filter((_, at) => (at + from) % 4 === 0);

async function expectAlive({ world, ask }: Place): Promise<void> {
  expect((await ask('tools/list', {})).message.result).toBeDefined();
  expect(world.lines).toEqual([]);
}

it('every tool takes every argument that its schema allows, and many that it does not', async () => {
  const here = await place();
  const { result } = (await here.ask('tools/list', {})).message;
  const tools = result?.tools;
  if (!Array.isArray(tools)) throw new Error('no tools');
  expect(tools).toHaveLength(6);
  for (const { name, inputSchema } of tools) {
    const schema: Schema = inputSchema;
    await fc.assert(
      fc.asyncProperty(argumentsOf(schema, here.known), async (args) => {
        const answer = await here.ask('tools/call', { name, arguments: args });
        expectOfSender(`${name} ${JSON.stringify(args).slice(0, 500)}`, answer);
        expect(answer.message.result ?? answer.message.error, name).toBeDefined();
      }),
      { numRuns: 60 },
    );
    await expectAlive(here);
  }
}, 120_000);

it('arguments of every tool take hostile texts, a part of them each, and each tool all of them', async () => {
  const here = await place();
  const { result } = (await here.ask('tools/list', {})).message;
  const tools = Array.isArray(result?.tools) ? result.tools : [];
  let sent = 0;
  for (const { name, inputSchema } of tools) {
    const required =
      name === 'remember' ? { content: 'We use pnpm' } : name === 'recall' ? { query: 'pnpm' } : {};
    for (const [place, argument] of Object.keys(inputSchema.properties ?? {}).entries()) {
      for (const text of everyFourth(place)) {
        const args = { ...required, [argument]: text };
        expectOfSender(
          `${name} ${argument} ${JSON.stringify(text).slice(0, 80)}`,
          await here.ask('tools/call', { name, arguments: args }),
        );
        sent += 1;
      }
    }
  }
  expect(sent).toBeGreaterThan(500);
  await expectAlive(here);
}, 120_000);

it('every field of a suggestion takes hostile texts', async () => {
  const here = await place();
  const fields = [
    'action',
    'summary',
    'content',
    'scope',
    'old_summary',
    'target',
    'source_paths',
    'skill_id',
    'title',
    'description',
    'edits',
    'confidence',
    'tags',
  ];
  for (const [place, field] of fields.entries()) {
    const whole = {
      action: 'add',
      summary: 'Tabs',
      content: 'We use tabs',
      skill_id: 'use-tabs',
      title: 'Tabs',
      description: 'Use when tabs are asked for',
    };
    for (const text of everyFourth(place)) {
      const args = {
        memory_updates: [{ ...whole, [field]: text }],
        recall_candidate: [{ ...whole, [field]: text }],
        skill_action: [{ ...whole, action: 'create', [field]: text }],
      };
      expectOfSender(
        `${field} ${JSON.stringify(text).slice(0, 80)}`,
        await here.ask('tools/call', { name: 'submit_suggestion', arguments: args }),
      );
    }
  }
  expectOfSender('dry run', await here.ask('tools/call', { name: 'compile', arguments: { dry_run: true } }));
  expectOfSender('compile', await here.ask('tools/call', { name: 'compile', arguments: {} }));
  await expectAlive(here);
}, 120_000);

it('every URI, cursor, prompt and completion is read or refused', async () => {
  const here = await place();
  const text = stringsLike(here.known);
  const kinds = fc.constantFrom(
    'memories',
    'skills',
    'history',
    'receipts',
    'projects',
    'user',
    'project',
    'recall',
    'status',
    '..',
    '',
  );
  const uri = fc.oneof(
    fc.tuple(kinds, text).map(([kind, id]) => `midturn://${kind}/${id}`),
    fc.tuple(kinds, text).map(([kind, id]) => `midturn://${kind}/${encodeURIComponent(wellFormed(id))}`),
    fc.tuple(kinds, text, text).map((parts) => `midturn://${parts.join('/')}`),
    fc.tuple(text, text).map(([one, two]) => `${one}://${two}`),
    text,
  );
  const templates = [
    'midturn://memories/{id}',
    'midturn://history/{session}/{number}',
    'midturn://skills/{id}',
    'midturn://receipts/{id}',
    'midturn://history/{session}',
    'midturn://projects/{project}',
  ];
  const asked = fc.oneof(
    { arbitrary: uri.map((one) => ['resources/read', { uri: one }] as const), weight: 4 },
    text.map((cursor) => ['resources/list', { cursor }] as const),
    text.map((cursor) => ['resources/list', { cursor: Buffer.from(cursor).toString('base64url') }] as const),
    text.map((cursor) => ['resources/templates/list', { cursor }] as const),
    text.map((name) => ['prompts/get', { name }] as const),
    fc
      .tuple(
        fc.oneof(fc.constantFrom(...templates), uri),
        fc.oneof(fc.constantFrom('id', 'session', 'number', 'project'), text),
        text,
        text,
      )
      .map(
        ([template, name, value, session]) =>
          [
            'completion/complete',
            {
              ref: { type: 'ref/resource', uri: template },
              argument: { name, value },
              context: { arguments: { session } },
            },
          ] as const,
      ),
    text.map(
      (name) =>
        [
          'completion/complete',
          { ref: { type: 'ref/prompt', name }, argument: { name: 'x', value: name } },
        ] as const,
    ),
  );
  await fc.assert(
    fc.asyncProperty(asked, async ([method, params]) => {
      const answer = await here.ask(method, params);
      expectOfSender(`${method} ${JSON.stringify(params).slice(0, 300)}`, answer);
      expect(answer.text).not.toContain('root:x:0');
    }),
    { numRuns: 300 },
  );
  await expectAlive(here);
}, 120_000);

it('a project named in the header is one of those that are there, or none', async () => {
  const here = await place();
  const { world, token } = here;
  for (const text of HOSTILE) {
    const named = encodeURIComponent(wellFormed(text));
    const answer = await rpc(
      world.port,
      'tools/call',
      { name: 'status', arguments: {} },
      { token, project: named.slice(0, 8000) },
    );
    expectOfSender(text.slice(0, 80), answer);
  }
  await expectAlive(here);
});
