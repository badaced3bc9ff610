import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { type Discovery, discoverClients, discoverPaths } from '../../src/capture/discover.ts';
import { importFiles } from '../../src/capture/import.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import { ndjson } from '../../src/capture/ndjson.ts';
import { StoreError } from '../../src/model/errors.ts';
import { sessionId } from '../../src/model/ids.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const generic = ndjson({ confirmed: true });
const UUID = '01a1fd7f-cc1c-7873-ba57-12a8d16b2eca';
const CODEX_LINE = {
  timestamp: '2026-11-21T10:00:00Z',
  type: 'session_meta',
  payload: { id: UUID, cwd: '/home/dev/shop', timestamp: '2026-11-21T10:00:00Z' },
};

function put(path: string, ...lines: readonly unknown[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

function find(root: string, forced: Adapter | null = null): Promise<Discovery> {
  return discoverPaths([root], [codex, claudeCode], generic, forced);
}

function names(found: Discovery, root: string): string[] {
  return found.files.map(({ file, adapter }) => `${adapter.client} ${relative(root, file.path)}`).sort();
}

describe('a folder that a person names', () => {
  const rollout = `sessions/2026/11/21/rollout-2026-11-21T10-00-00-${UUID}.jsonl`;
  const prompt = { session_id: 'x', ts: 1, text: 'a prompt' };

  it("gives only transcripts where it is a client's home, or holds one", async () => {
    const root = tempFolder();
    put(join(root, '.codex', rollout), CODEX_LINE);
    put(join(root, '.codex', 'history.jsonl'), prompt);
    put(join(root, '.codex', 'log', 'other.jsonl'), prompt);
    put(join(root, 'notes', 'talk.ndjson'), prompt);
    expect(names(await find(join(root, '.codex')), root)).toEqual([`codex .codex/${rollout}`]);
    expect(names(await find(root), root)).toEqual([`codex .codex/${rollout}`, 'ndjson notes/talk.ndjson']);
    expect(names(await find(root, generic), root)).toEqual(['ndjson notes/talk.ndjson']);
  });

  it('never gives a history of prompts, unless the file itself is named', async () => {
    const root = tempFolder();
    const path = put(join(root, 'history.jsonl'), prompt);
    expect(names(await find(root), root)).toEqual([]);
    expect(names(await find(path), root)).toEqual(['ndjson history.jsonl']);
  });

  it('is searched behind links to folders, once, and never upwards', async () => {
    const root = tempFolder();
    const elsewhere = tempFolder();
    put(join(elsewhere, rollout.slice('sessions/'.length)), CODEX_LINE);
    symlinkSync(elsewhere, join(root, 'sessions'));
    symlinkSync(elsewhere, join(root, 'again'));
    symlinkSync(dirname(root), join(root, 'up'));
    symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
    symlinkSync(root, join(elsewhere, 'back'));
    expect((await find(root)).files).toHaveLength(1);
    const own = tempFolder();
    symlinkSync(elsewhere, join(own, 'sessions'));
    const found = await discoverClients([{ root: own, adapter: codex }]);
    expect([names(found, own), found.unfit]).toEqual([[`codex ${rollout}`], []]);
  });
});

describe('an import', () => {
  const deep = `${'['.repeat(9000)}"x"${']'.repeat(9000)}`;

  async function importing(lines: readonly string[], adapter: Adapter = generic) {
    const folder = tempFolder();
    const path = join(folder, 'log.ndjson');
    writeFileSync(path, lines.join('\n'));
    const store = await tempStore(folder);
    const found = { file: { path, relative: 'log.ndjson' }, bytes: 1, createdAt: 0, modifiedAt: 0 };
    const other = put(join(folder, 'b.ndjson'), { session: 'other', role: 'user', text: 'the other file' });
    const files = [
      { ...found, adapter },
      { ...found, adapter: generic, file: { path: other, relative: 'b.ndjson' } },
    ];
    return { store, files };
  }

  it('keeps a line that is nested without end, cut at a depth', async () => {
    const line = (argument: string) =>
      `{"session":"s","role":"assistant","parts":[{"type":"tool_call","id":"1","name":"run","arguments":${argument}}]}`;
    const { store, files } = await importing([
      line(deep),
      line(JSON.stringify(deep)),
      '{"session":"s","role":"user","text":"after"}',
      '',
    ]);
    const report = await importFiles(files, [], ingestDeps(store), { fallbackProject: null });
    expect([report.added, report.skipped]).toEqual([4, []]);
    const { messages } = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 9 });
    const cut = messages.map(({ parts }) => JSON.stringify(parts).includes('[nested too deeply]'));
    expect(cut).toEqual([true, true, false]);
  });

  it('goes on with the next line after a record that its reader fails on, and says why', async () => {
    const failing: Adapter = {
      ...generic,
      open: (file, state) => {
        const reader = generic.open(file, state);
        return {
          ...reader,
          state: reader.state,
          read: (record, at) => {
            if (at === 1) throw new RangeError('too much');
            return reader.read(record, at);
          },
        };
      },
    };
    const { store, files } = await importing(
      ['{"session":"s","role":"user","text":"one"}', '{"session":"s","role":"user","text":"two"}', ''],
      failing,
    );
    const report = await importFiles(files, [], ingestDeps(store), { fallbackProject: null });
    expect(report.added).toBe(2);
    expect(report.skipped).toMatchObject([{ line: 1, reason: 'could not be understood: too much' }]);
  });

  it('reports a file that fails and reads the rest, but stops when the store fails', async () => {
    const failing = (error: Error): Adapter => ({
      ...generic,
      open: () => {
        throw error;
      },
    });
    const broken = await importing(
      ['{"session":"s","role":"user","text":"one"}'],
      failing(new RangeError('odd')),
    );
    const report = await importFiles(broken.files, [], ingestDeps(broken.store), { fallbackProject: null });
    expect([report.added, report.files.failed, report.skipped[0]?.reason]).toEqual([1, 1, 'odd']);
    const stopped = await importing(
      ['{"session":"s","role":"user","text":"one"}'],
      failing(new StoreError({ what: 'The disk is full' })),
    );
    await expect(
      importFiles(stopped.files, [], ingestDeps(stopped.store), { fallbackProject: null }),
    ).rejects.toThrow('The disk is full');
  });
});

describe('the last line of a growing file', () => {
  async function growing(first: string, maxLineBytes = 1_000_000) {
    const folder = tempFolder();
    const path = join(folder, 'log.ndjson');
    writeFileSync(path, first);
    const store = await tempStore(folder);
    const deps = ingestDeps(store, { maxLineBytes });
    const file = { path, relative: 'log.ndjson' };
    return { path, read: () => ingestFile(file, generic, deps, { durable: true, fallbackProject: null }) };
  }
  const whole = '{"session":"s","role":"user","text":"one"}';

  it('has one number, though its newline comes later', async () => {
    const { path, read } = await growing(whole);
    await read();
    appendFileSync(path, '\nnot json\n');
    expect((await read()).skipped).toMatchObject([{ line: 2, reason: 'not JSON' }]);
    appendFileSync(path, 'nor this\n');
    expect((await read()).skipped).toMatchObject([{ line: 3 }]);
  });

  it('is left for later while it is unfinished, also when it is too long already', async () => {
    const { path, read } = await growing(`${whole}\n${'x'.repeat(200)}`, 100);
    expect((await read()).skipped).toEqual([]);
    appendFileSync(path, `${'x'.repeat(200)}\nnot json\n`);
    expect((await read()).skipped.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'longer than 100 bytes'],
      [3, 'not JSON'],
    ]);
  });
});
