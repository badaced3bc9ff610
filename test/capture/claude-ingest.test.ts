import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import { sessionId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';
import {
  assistant,
  chained,
  fileOf,
  main,
  SESSION,
  type Transcript,
  transcriptsOf,
  user,
} from './claude-reading.ts';

async function ingest(store: Store, files: readonly SourceFile[]): Promise<void> {
  for (const file of files)
    await ingestFile(file, claudeCode, ingestDeps(store), { durable: false, fallbackProject: null });
}

/** `number turn state: text` of what a session holds, in its order. */
async function held(store: Store, external: string): Promise<string[]> {
  const session = sessionId('claude-code', external);
  const { messages } = await store.messages.list({ session, limit: 1000, withdrawn: true });
  return messages.map(({ turn, turnState, text }) => `${turn ?? '-'} ${turnState}: ${text}`);
}

function external({ file }: Transcript): string {
  return /([^/]+)\.jsonl$/.exec(file.relative)?.[1] ?? '';
}

function written(lines: readonly unknown[]): SourceFile {
  const { relative } = fileOf(`${SESSION}.jsonl`);
  const path = join(tempFolder(), relative);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { path, relative };
}

describe('Claude Code transcripts in the store', () => {
  it('show a rewound turn as withdrawn, through the attachments in between', async () => {
    const store = await tempStore();
    for (const scenario of ['rewind', 'tui-rewind']) await ingest(store, [main(scenario).file]);
    expect(await held(store, external(main('rewind')))).toEqual([
      '1 active: We speak about prices in the catalog.',
      '1 active: I would store prices as floats.',
      '2 withdrawn: How should floats be rounded?',
      '2 withdrawn: Rounding: half to even.',
      '3 active: No floats. Store integer cents.',
      '3 active: Prices are stored as integer cents.',
      '4 active: And rounding?',
      '4 active: Rounding then is only needed for tax.',
    ]);
    expect((await held(store, external(main('tui-rewind')))).map((line) => line.slice(0, 11))).toEqual([
      '1 active: R',
      '1 active: T',
      '2 withdrawn',
      '2 withdrawn',
      '3 active: N',
      '3 active: T',
      '4 active: !',
      '4 active: <',
      '4 active: o',
    ]);
  });

  it('show every turn as withdrawn when the first prompt was taken back', async () => {
    const store = await tempStore();
    await ingest(store, [
      written([
        user('p1', null, 'one'),
        assistant('a1', 'p1', 'first'),
        user('p2', 'a1', 'two'),
        user('p3', null, 'anew'),
        assistant('a3', 'p3', 'third'),
      ]),
    ]);
    expect(await held(store, SESSION)).toEqual([
      '1 withdrawn: one',
      '1 withdrawn: first',
      '2 withdrawn: two',
      '3 active: anew',
      '3 active: third',
    ]);
  });

  it('withdraw nothing for a compaction, of the whole talk or of a part', async () => {
    const store = await tempStore();
    await ingest(store, [main('compact-manual').file]);
    expect(
      (await held(store, external(main('compact-manual')))).filter((line) => line.includes('withdrawn')),
    ).toEqual([]);
    const boundary = {
      subtype: 'compact_boundary',
      content: 'Conversation compacted',
      logicalParentUuid: 'a1',
      compactMetadata: { messagesSummarized: 2 },
    };
    await ingest(store, [
      written([
        user('p1', null, 'one'),
        assistant('a1', 'p1', 'first'),
        user('p2', 'a1', 'two'),
        assistant('a2', 'p2', 'second'),
        chained('system', 'b', null, boundary),
        user('s', 'b', 'Summary', { isCompactSummary: true }),
        user('p3', 's', 'three'),
      ]),
    ]);
    expect((await held(store, SESSION)).filter((line) => line.includes('withdrawn'))).toEqual([]);
  });

  it('store a copied history once and link the copy to its source', async () => {
    for (const scenario of ['fork', 'old-1.0.96']) {
      const store = await tempStore();
      const files = [...transcriptsOf(scenario)].sort(
        (a, b) => created(a) - created(b) || a.lines.length - b.lines.length,
      );
      const [first, second] = files;
      if (first === undefined || second === undefined) throw new Error('no two transcripts');
      await ingest(store, [first.file, second.file]);
      const session = sessionId('claude-code', external(second));
      const { messages } = await store.messages.list({ session, limit: 1000 });
      const copies = messages.filter(({ copyOf }) => copyOf !== null);
      expect(copies.length, scenario).toBeGreaterThan(3);
      expect(copies.every(({ text, parts }) => text !== '' || parts !== null)).toBe(true);
      expect(messages.slice(-2).map(({ copyOf }) => copyOf)).toEqual([null, null]);
      expect((await store.sessions.get(session))?.links).toMatchObject([
        { kind: 'forked_from', to: sessionId('claude-code', external(first)) },
      ]);
    }
  });

  it('change nothing when they are read again from their start', async () => {
    const store = await tempStore();
    const { file } = main('rewind');
    await ingest(store, [file]);
    const before = await held(store, external(main('rewind')));
    await store.sources.begin({
      client: 'claude-code',
      machine: 'here',
      path: file.path,
      inode: '',
      head: '',
      tail: '',
      offset: 0,
      lines: 0,
      modifiedAt: 0,
      createdAt: 0,
      state: null,
    });
    await ingest(store, [file]);
    expect(await held(store, external(main('rewind')))).toEqual(before);
  });
});

function created({ lines }: Transcript): number {
  const times = lines.flatMap((line) => /"timestamp":"([^"]+)"/.exec(JSON.stringify(line))?.[1] ?? []);
  return Math.max(...times.map((time) => Date.parse(time)));
}
