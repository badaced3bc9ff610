/** What rewinds leave of a session, whichever way its files come in. */
import { cpSync, readdirSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Adapter, SourceFile } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import type { Store } from '../../src/store/store.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url).pathname;
const ADAPTERS = { codex, 'claude-code': claudeCode } as const;
const SCENARIOS: ReadonlyArray<readonly [keyof typeof ADAPTERS, string, readonly string[]]> = [
  ['codex', 'revert', ['active', 'withdrawn', 'active', 'active']],
  ['codex', 'revert-twice', ['withdrawn', 'withdrawn', 'active', 'active']],
  ['codex', 'tui-rewind', ['active', 'withdrawn', 'active']],
  ['codex', 'old-0.147.0-rollback', ['active', 'withdrawn', 'active']],
  ['claude-code', 'rewind', ['active', 'withdrawn', 'active', 'active']],
  ['claude-code', 'tui-rewind', ['active', 'withdrawn', 'active', 'active']],
];

function transcripts(adapter: Adapter, root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, relative: relative(root, path) }))
    .filter((file) => adapter.isTranscript(file.relative));
}

/** The originals and two copies of them; copies are younger than their originals, or look older. */
function places(adapter: Adapter, scenario: string): SourceFile[] {
  const folder = tempFolder();
  return ['original', 'copy', 'backup'].flatMap((name) => {
    const root = join(folder, name);
    cpSync(join(FIXTURES, adapter.client, scenario), root, { recursive: true });
    const files = transcripts(adapter, root);
    if (name === 'backup') for (const { path } of files) utimesSync(path, 1000, 1000);
    return files;
  });
}

async function take(store: Store, adapter: Adapter, file: SourceFile): Promise<void> {
  await ingestFile(file, adapter, ingestDeps(store), { durable: false, fallbackProject: null });
}

/** Reads a known file from its start. */
async function again(store: Store, adapter: Adapter, file: SourceFile): Promise<void> {
  const known = await store.sources.find('here', file.path);
  if (known !== null) {
    const { row: _row, epoch: _epoch, ...source } = known;
    const begun = { ...source, head: '', tail: '', offset: 0, lines: 0, state: null, modifiedAt: 0 };
    await store.sources.begin({ ...begun, createdAt: 0 });
  }
  await take(store, adapter, file);
}

/** The state of each message's turn, sorted (numbers depend on what was read first), and what the index holds. */
async function states(store: Store): Promise<string[]> {
  const out: string[] = [];
  for (const { id } of await store.sessions.list({ projects: null, limit: 100 })) {
    const { messages } = await store.messages.list({ session: id, limit: 1000, withdrawn: true });
    for (const { turn, turnState, text, role } of messages) {
      if (turn !== null) out.push(`${role} ${text}: ${turnState}`);
    }
  }
  const { documents } = await store.search.corpus('messages', []);
  return [...out.sort(), `${documents} indexed`];
}

describe('rewinds', () => {
  it('of the first turn leave it as nothing that a session is called by', async () => {
    const store = await tempStore();
    const files = transcripts(codex, join(FIXTURES, 'codex', 'revert-twice'));
    for (const file of files) await take(store, codex, file);
    const [session] = await store.sessions.list({ projects: null, limit: 1 });
    if (session === undefined) throw new Error('a session');
    const { turns } = await store.sessions.turns({
      projects: null,
      session: session.id,
      limit: 9,
      offset: 0,
    });
    expect(turns.at(-1)?.prompt).toMatch(/\S/);
    expect(await store.sessions.opening(session.id)).toBe(turns.at(-1)?.prompt);
  });

  it.each(SCENARIOS)('of %s %s leave the turns that they leave', async (client, scenario, wanted) => {
    const adapter = ADAPTERS[client];
    const store = await tempStore();
    for (const file of transcripts(adapter, join(FIXTURES, adapter.client, scenario)))
      await take(store, adapter, file);
    const [session] = await store.sessions.list({ projects: null, limit: 10 });
    if (session === undefined) throw new Error('nothing was read');
    const { messages } = await store.messages.list({ session: session.id, limit: 1000, withdrawn: true });
    const byTurn = new Map(
      messages.flatMap(({ turn, turnState }) => (turn === null ? [] : [[turn, turnState] as const])),
    );
    expect([...byTurn].sort(([a], [b]) => a - b).map(([, state]) => state)).toEqual(wanted);
  });

  it.each(SCENARIOS)(
    'of %s %s stay as they are when copies are read, and files from their start',
    async (client, scenario) => {
      const adapter = ADAPTERS[client];
      const store = await tempStore();
      const files = places(adapter, scenario);
      const originals = files.slice(0, files.length / 3);
      for (const file of originals) await take(store, adapter, file);
      const before = await states(store);
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(files, { minLength: 1 }), async (chosen) => {
          for (const file of chosen) await again(store, adapter, file);
          expect(await states(store)).toEqual(before);
        }),
        { numRuns: 5 },
      );
    },
  );

  it.each(SCENARIOS)('of %s %s are the same whatever is read first', async (client, scenario) => {
    const adapter = ADAPTERS[client];
    const files = places(adapter, scenario);
    const plain = await tempStore(tempFolder());
    for (const file of files) await take(plain, adapter, file);
    const wanted = await states(plain);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(files, { minLength: files.length }), async (order) => {
        const store = await tempStore(tempFolder());
        for (const file of order) await take(store, adapter, file);
        expect(await states(store)).toEqual(wanted);
      }),
      { numRuns: 5 },
    );
  });
});
