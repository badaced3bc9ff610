import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import { sessionId } from '../../src/model/ids.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import { converse, person } from '../support/conversation.ts';
import { hashOf, newMemory } from '../support/new-memory.ts';
import { ingestDeps, project, tempFolder, tempStore } from '../support/temp-store.ts';
import { assistant, call, fileOf, result, SESSION, user } from './claude-reading.ts';

const ASKED = 'toolu_ask';

/** A session that has asked midturn something; what comes later is written by `goOn`. */
async function world(before: readonly unknown[] = []) {
  let now = 0;
  const folder = tempFolder();
  const store = await tempStore(folder, () => now);
  const shop = await project(store, 'shop');
  const caller = await person(store, shop);
  const { relative } = fileOf(`${SESSION}.jsonl`);
  const file = { path: join(folder, relative), relative };
  mkdirSync(dirname(file.path), { recursive: true });
  const write = async (lines: readonly unknown[]) => {
    appendFileSync(file.path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await ingestFile(file, claudeCode, ingestDeps(store), { durable: true, fallbackProject: null });
  };
  writeFileSync(file.path, '');
  const asked = assistant('a0', 'p0', [call(ASKED, 'mcp__midturn__recall', { query: 'how to test' })]);
  await write([...before, user('p0', before.length === 0 ? null : 'p', 'Please test it.'), asked]);
  now = Date.parse(String(asked.timestamp)) + 1;
  let added = 0;
  return {
    store,
    shop,
    session: sessionId('claude-code', SESSION),
    remember: async (content: string, changes: Partial<NewMemory> = {}) => {
      added += 1;
      const memory = newMemory(content, {
        scope: 'project',
        project: shop,
        contentHash: hashOf(`${content}${added}`),
        validFrom: now,
        ...changes,
      });
      const done = await store.plans.apply({
        kind: 'remember',
        caller,
        operations: [{ op: 'add', memory }],
      });
      if (done.status !== 'applied') throw new Error(done.why);
      return done.items[0]?.memory.short ?? '';
    },
    show: (...targets: string[]) =>
      store.feedback.record(
        targets.map((target) => ({ kind: 'shown', target, session: sessionId('claude-code', SESSION) })),
      ),
    answer: (text: string) => write([user('r0', 'a0', [result(ASKED, text)])]),
    goOn: write,
    uses: async (target: string) => (await store.feedback.tally([target])).get(target)?.used ?? 0,
  };
}

const says = (text: string) => [assistant('a1', 'r0', text)];
const runs = (command: string) => [assistant('a1', 'r0', [call('toolu_1', 'Bash', { command })])];

describe('a hit that was shown', () => {
  it('is used when a later answer names its id', async () => {
    const { remember, show, answer, goOn, uses } = await world();
    const [named, silent] = [await remember('Tests need a database.'), await remember('Nobody is asked.')];
    await show(named, silent);
    await answer(`[${named}] Tests need a database. [${silent}] Nobody is asked.`);
    expect(await uses(named)).toBe(0);
    await goOn(says(`As ${named} says, I start the database.`));
    expect([await uses(named), await uses(silent)]).toEqual([1, 0]);
  });

  it('is used by a call of the same moment, and by one that the clocks put before it', async () => {
    const { remember, show, answer, goOn, uses } = await world();
    const id = await remember('Check with `make all check`.');
    await answer(`[${id}] Check with \`make all check\`.`);
    await goOn(runs('make all check'));
    expect(await uses(id)).toBe(0);
    await show(id);
    await goOn([assistant('a2', 'a1', [call('toolu_2', 'Bash', { command: 'make all check' })])]);
    expect(await uses(id)).toBe(1);
  });

  it('is used when its command is run, and counts once in a session', async () => {
    const { remember, show, answer, goOn, uses } = await world();
    const id = await remember('Run the tests with `npm run test:unit  -- --bail`, never all of them.');
    await show(id);
    await show(id);
    await answer(`[${id}] Run the tests with \`npm run test:unit  -- --bail\``);
    await goOn(runs('cd web && npm run test:unit -- --bail'));
    await goOn([
      assistant('a2', 'a1', [call('toolu_2', 'Bash', { command: 'npm run test:unit -- --bail' })]),
    ]);
    expect(await uses(id)).toBe(1);
  });

  it('is used when a file that it speaks of is opened, by its path from the root on', async () => {
    const { remember, show, goOn, uses } = await world();
    const paths = [{ path: 'src/cart/total.ts', sha256: null }];
    const id = await remember('Totals are rounded at the end.', { paths });
    await show(id);
    await goOn([
      assistant('a1', 'r0', [call('toolu_1', 'Read', { file_path: '/home/dev/shop/src/cart/total.tsx' })]),
    ]);
    expect(await uses(id)).toBe(0);
    await goOn([
      assistant('a2', 'a1', [call('toolu_2', 'Read', { file_path: '/home/dev/shop/src/cart/total.ts' })]),
    ]);
    expect(await uses(id)).toBe(1);
  });

  it('is not used where the session knew the command before', async () => {
    const known = user('p', null, 'We run `make all check` here.');
    const { remember, show, goOn, uses } = await world([known]);
    const id = await remember('Check with `make all check`.');
    await show(id);
    await goOn(runs('make all check'));
    expect(await uses(id)).toBe(0);
  });

  it('is not used by a word that says nothing, by the person, by a result or by asking for it again', async () => {
    const { remember, show, goOn, uses } = await world();
    const id = await remember('Use `tabs` and `yarn dlx knip`.');
    await show(id);
    await goOn([
      assistant('a1', 'r0', [
        { type: 'text', text: 'I use tabs.' },
        call('toolu_1', 'Bash', { command: 'cat NOTES' }),
        call('toolu_2', 'mcp__midturn__recall', { query: `${id} yarn dlx knip` }),
      ]),
      user('r1', 'a1', [result('toolu_1', 'Use yarn dlx knip'), result('toolu_2', `[${id}] yarn dlx knip`)]),
      user('p2', 'r1', `What is ${id}, yarn dlx knip?`),
    ]);
    expect(await uses(id)).toBe(0);
  });

  it('is used as a message when its command is run again or its number is named', async () => {
    const { store, shop, show, goOn, uses } = await world();
    const block = {
      type: 'tool_call',
      id: 'x',
      name: 'Bash',
      arguments: { command: 'pnpm db:reset --force' },
    } as const;
    await converse(
      store,
      'earlier',
      [
        { text: 'It hangs' },
        { role: 'assistant', text: '', blocks: [block] },
        { role: 'assistant', text: 'Done' },
      ],
      { project: shop },
    );
    const short = (await store.sessions.get(sessionId('claude-code', 'earlier')))?.short ?? '';
    await show(`${short}/1`, `${short}/2`, `${short}/3`);
    await goOn([...runs('pnpm db:reset --force'), assistant('a2', 'a1', `See ${short}/3, and ${short}/12.`)]);
    expect([await uses(`${short}/1`), await uses(`${short}/2`), await uses(`${short}/3`)]).toEqual([0, 1, 1]);
  });

  it('is used by a sub-agent that asked in the name of its session', async () => {
    const { store, shop, remember, show, session, uses } = await world();
    const id = await remember('Reset with `pnpm db:reset --force`.');
    await show(id);
    const later = Date.UTC(2027, 0, 1);
    const agent = await converse(store, 'agent', [{ text: 'Go on' }], { project: shop, startedAt: later });
    const source = await store.sources.begin({
      client: 'claude-code',
      machine: 'here',
      path: '/transcripts/agent.jsonl',
      inode: '',
      head: '',
      tail: '',
      offset: 0,
      lines: 0,
      modifiedAt: 0,
      createdAt: 1,
      state: null,
    });
    await store.capture.append({
      source: {
        row: source.row,
        epoch: source.epoch,
        from: 0,
        to: 1,
        lines: 1,
        tail: '',
        modifiedAt: 0,
        state: '{}',
      },
      entries: [
        {
          type: 'link',
          session: agent.session,
          kind: 'spawned_by',
          to: session,
          toExternal: SESSION,
          callId: null,
          place: null,
        },
      ],
      durable: false,
    });
    expect(await store.feedback.unused([agent.session], 5)).toMatchObject([
      { target: id, session, readBy: agent.session },
    ]);
    expect(await uses(id)).toBe(0);
  });
});

describe('opening a message', () => {
  it('opens the memories, shown before, that rest on it', async () => {
    const { store, session, remember, show } = await world();
    const [shown, unseen, other] = [
      await remember('One.', { sources: ['abcdef/3'] }),
      await remember('Two.', { sources: ['abcdef/3'] }),
      await remember('Three.', { sources: ['abcdef/4'] }),
    ];
    await show(shown, other);
    await store.feedback.record([{ kind: 'opened', target: 'abcdef/3', session }]);
    const tally = await store.feedback.tally([shown, unseen, other, 'abcdef/3']);
    expect([shown, unseen, other, 'abcdef/3'].map((target) => tally.get(target)?.opened ?? 0)).toEqual([
      1, 0, 0, 1,
    ]);
  });
});
