import { appendFileSync, copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/capture/adapter.ts';
import { messageTerms } from '../../src/capture/index-text.ts';
import { type IngestDeps, type IngestOptions, ingestFile } from '../../src/capture/ingest.ts';
import { ndjson } from '../../src/capture/ndjson.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import { sessionId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const adapter = ndjson({ confirmed: true });
const UUID = '0b7e7a52-6a3f-4c55-9d43-0d1c1a4c7f10';
const options: IngestOptions = { durable: true, fallbackProject: null };

function line(session: string, role: string, text: string, more: object = {}): string {
  return `${JSON.stringify({ session, role, text, ...more })}\n`;
}

async function setUp(lines: readonly string[], changes: Partial<IngestDeps> = {}) {
  const folder = tempFolder();
  const path = join(folder, 'log.ndjson');
  writeFileSync(path, lines.join(''));
  const store = await tempStore(folder);
  const file: SourceFile = { path, relative: 'log.ndjson' };
  const deps = ingestDeps(store, changes);
  return { folder, path, store, file, deps, ingest: () => ingestFile(file, adapter, deps, options) };
}

async function texts(store: Store, session: string): Promise<string[]> {
  const { messages } = await store.messages.list({
    session: sessionId('ndjson', session),
    limit: 1000,
    withdrawn: true,
  });
  return messages.map(({ number, text }) => `${number} ${text}`);
}

describe('ingest', () => {
  it('numbers messages from 1 and keeps role, author, time and turn', async () => {
    const { store, ingest } = await setUp([
      line('s', 'user', 'We use pnpm here', {
        author: 'Ada',
        time: '2026-11-21T09:30:00Z',
        cwd: '/home/dev/shop',
      }),
      line('s', 'assistant', 'Noted.', { time: '2026-11-21T09:30:05Z' }),
      line('s', 'user', 'Now run the tests'),
    ]);
    await ingest();
    const { messages } = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 10 });
    expect(
      messages.map(({ number, turn, role, by, author, at, projectName, text }) => ({
        number,
        turn,
        role,
        by,
        author,
        at,
        projectName,
        text,
      })),
    ).toEqual([
      {
        number: 1,
        turn: 1,
        role: 'user',
        by: 'person',
        author: 'Ada',
        at: Date.UTC(2026, 10, 21, 9, 30),
        projectName: 'shop',
        text: 'We use pnpm here',
      },
      {
        number: 2,
        turn: 1,
        role: 'assistant',
        by: 'agent',
        author: null,
        at: Date.UTC(2026, 10, 21, 9, 30, 5),
        projectName: 'shop',
        text: 'Noted.',
      },
      {
        number: 3,
        turn: 2,
        role: 'user',
        by: 'person',
        author: null,
        at: null,
        projectName: 'shop',
        text: 'Now run the tests',
      },
    ]);
  });

  it('changes nothing when the same file is read again, even from its start', async () => {
    const { store, ingest, deps, file } = await setUp([
      line('s', 'user', 'one'),
      line('s', 'user', 'one'),
      line('s', 'assistant', 'two'),
    ]);
    await ingest();
    const before = await texts(store, 's');
    expect((await ingest()).outcome).toBe('unchanged');
    const again = await deps.store.sources.begin({
      client: 'ndjson',
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
    expect(again.epoch).toBe(2);
    await ingest();
    expect(await texts(store, 's')).toEqual(before);
    expect(before).toEqual(['1 one', '2 one', '3 two']);
  });

  it('goes on where the file was left when it has grown', async () => {
    const { store, ingest, path } = await setUp([line('s', 'user', 'one')]);
    await ingest();
    appendFileSync(path, line('s', 'assistant', 'two'));
    const report = await ingest();
    expect([...report.sessions.values()]).toEqual([1]);
    expect(await texts(store, 's')).toEqual(['1 one', '2 two']);
  });

  it('leaves a half-written last line for later', async () => {
    const whole = line('s', 'assistant', 'the second message');
    const { store, ingest, path } = await setUp([line('s', 'user', 'one'), whole.slice(0, 25)]);
    expect((await ingest()).skipped).toEqual([]);
    expect(await texts(store, 's')).toEqual(['1 one']);
    appendFileSync(path, whole.slice(25));
    await ingest();
    expect(await texts(store, 's')).toEqual(['1 one', '2 the second message']);
  });

  it('takes a last line without a newline when it is whole, once', async () => {
    const { store, ingest, path } = await setUp([line('s', 'user', 'one').trimEnd()]);
    await ingest();
    appendFileSync(path, `\n${line('s', 'assistant', 'two')}`);
    await ingest();
    expect(await texts(store, 's')).toEqual(['1 one', '2 two']);
  });

  it('reads a truncated and rewritten file from its start and keeps what it had', async () => {
    const { store, ingest, path } = await setUp([line('s', 'user', 'one'), line('s', 'assistant', 'two')]);
    await ingest();
    writeFileSync(path, line('s', 'user', 'another beginning'));
    await ingest();
    expect(await texts(store, 's')).toEqual(['1 one', '2 two', '3 another beginning']);
  });

  it('knows a file again after it was renamed', async () => {
    const { store, ingest, path, folder, deps } = await setUp([line('s', 'user', `one ${'x'.repeat(600)}`)]);
    await ingest();
    const moved = join(folder, 'rotated.ndjson');
    renameSync(path, moved);
    appendFileSync(moved, line('s', 'assistant', 'two'));
    const report = await ingestFile({ path: moved, relative: 'rotated.ndjson' }, adapter, deps, options);
    expect([report.lines, [...report.sessions.values()]]).toEqual([1, [1]]);
    expect((await texts(store, 's')).length).toBe(2);
  });

  it('reports dirty lines with their reason and keeps the rest', async () => {
    const { store, ingest } = await setUp([
      line('s', 'user', 'one'),
      'not json\n',
      '[1,2]\n',
      '{"role":"user","text":"no session"}\n',
      line('s', 'wizard', 'two'),
      '\n',
      line('s', 'user', 'three'),
    ]);
    const report = await ingest();
    expect(report.skipped.map(({ line: at, reason }) => [at, reason])).toEqual([
      [2, 'not JSON'],
      [3, 'not an object'],
      [4, '`session` is missing'],
      [5, '`role` must be one of system, user, assistant, tool, not "wizard"'],
    ]);
    expect(await texts(store, 's')).toEqual(['1 one', '2 three']);
  });

  it('passes over a line beyond the limit without holding it', async () => {
    const { store, ingest } = await setUp(
      [line('s', 'user', 'x'.repeat(5_000_000)), line('s', 'user', 'after')],
      {
        maxLineBytes: 1_000_000,
      },
    );
    const report = await ingest();
    expect(report.skipped).toMatchObject([{ line: 1, reason: 'longer than 1000000 bytes' }]);
    expect(await texts(store, 's')).toEqual(['1 after']);
  });

  it('replaces invalid UTF-8, keeps the line and says so', async () => {
    const { store, ingest, path } = await setUp([]);
    const [head, tail] = [Buffer.from('{"session":"s","role":"user","text":"caf'), Buffer.from('"}\n')];
    writeFileSync(path, Buffer.concat([head, Buffer.from([0xe9]), tail]));
    const report = await ingest();
    expect(report.skipped).toMatchObject([
      { line: 1, reason: 'invalid UTF-8 was replaced; the line was kept' },
    ]);
    expect(await texts(store, 's')).toEqual(['1 caf\uFFFD']);
  });

  it('refuses binary files, folders and pipes with the reason', async () => {
    const { path, ingest, folder, deps } = await setUp([]);
    writeFileSync(path, Buffer.from([0, 1, 2, 3]));
    await expect(ingest()).rejects.toThrow(/is not text: it holds NUL bytes/);
    await expect(ingestFile({ path: folder, relative: '' }, adapter, deps, options)).rejects.toThrow(
      /is not a regular file/,
    );
    await expect(ingestFile({ path: '/dev/zero', relative: '' }, adapter, deps, options)).rejects.toThrow(
      /is not a regular file/,
    );
  });

  it('redacts before anything is stored and counts by rule', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const { store, ingest } = await setUp([line('s', 'user', `my token is ${secret}, keep it`)]);
    const report = await ingest();
    expect((await texts(store, 's'))[0]).not.toContain(secret);
    expect([...report.redacted.values()]).toEqual([1]);
  });

  it('keeps excluded directories and paused times out', async () => {
    const { store, ingest } = await setUp(
      [
        line('private', 'user', 'hidden', { cwd: '/home/dev/private' }),
        line('open', 'user', 'paused', { time: '2026-01-01T00:00:00Z', cwd: '/home/dev/shop' }),
        line('open', 'user', 'kept', { time: '2026-02-01T00:00:00Z', cwd: '/home/dev/shop' }),
      ],
      {
        exclusion: { path: (path) => path === '/home/dev/private', time: (at) => at < Date.UTC(2026, 0, 15) },
      },
    );
    const report = await ingest();
    expect(await texts(store, 'private')).toEqual([]);
    expect(await texts(store, 'open')).toEqual(['1 kept']);
    expect(Object.fromEntries(report.passed)).toEqual({
      'excluded by [capture] exclude': 1,
      'said while capture was paused': 1,
    });
  });

  it('attaches a child that comes before its parent, and orders them by parent', async () => {
    const { store, ingest } = await setUp([
      line('s', 'assistant', 'the answer', { id: 'b', parent: 'a' }),
      line('s', 'user', 'the question', { id: 'a' }),
    ]);
    await ingest();
    expect(await texts(store, 's')).toEqual(['2 the question', '1 the answer']);
  });

  it('makes a new revision under the same number when a record with an id has changed', async () => {
    const { store, ingest, path } = await setUp([line('s', 'user', 'first wording of lizards', { id: 'a' })]);
    await ingest();
    appendFileSync(path, line('s', 'user', 'second wording of zebras', { id: 'a' }));
    expect((await ingest()).revised).toBe(1);
    const { messages } = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 5 });
    expect(messages).toMatchObject([{ number: 1, revision: 2, text: 'second wording of zebras' }]);
    const corpus = await store.search.corpus('messages', ['lizard', 'zebra']);
    expect(corpus.terms.map(({ documents }) => documents)).toEqual([0, 1]);
  });

  it('stores and indexes a copied record once', async () => {
    const { store, ingest } = await setUp([
      line('origin', 'user', 'a story about walruses', { id: UUID, cwd: '/home/dev/shop' }),
      line('fork', 'user', 'a story about walruses', { id: UUID, cwd: '/home/dev/shop' }),
      line('fork', 'assistant', 'how it went on', { id: 'u2' }),
    ]);
    const report = await ingest();
    expect(report.copies).toBe(1);
    expect(await texts(store, 'fork')).toEqual(['1 a story about walruses', '2 how it went on']);
    const corpus = await store.search.corpus('messages', ['walrus']);
    expect(corpus.terms[0]?.documents).toBe(1);
    const session = await store.sessions.get(sessionId('ndjson', 'fork'));
    expect(session?.links).toEqual([
      { kind: 'forked_from', to: sessionId('ndjson', 'origin'), toExternal: 'origin', number: 1 },
    ]);
  });

  it('takes equal words under equal ids of two sessions for two messages, unless the id is a UUID', async () => {
    const { store, ingest } = await setUp([
      line('monday', 'user', 'ok about walruses', { id: 1 }),
      line('tuesday', 'user', 'ok about walruses', { id: 1 }),
      line('tuesday', 'assistant', 'done', { id: 2, parent: 1 }),
    ]);
    expect((await ingest()).copies).toBe(0);
    const corpus = await store.search.corpus('messages', ['walrus']);
    expect(corpus.terms[0]?.documents).toBe(2);
    expect((await store.sessions.get(sessionId('ndjson', 'tuesday')))?.links).toEqual([]);
    expect(await texts(store, 'tuesday')).toEqual(['1 ok about walruses', '2 done']);
  });

  it('keeps copied words findable when the session they come from takes them back', async () => {
    const words = { text: 'the plan with badgers', id: UUID };
    const { store, ingest, path } = await setUp([
      line('origin', 'user', 'start', { id: 's' }),
      line('origin', 'user', words.text, { id: words.id, parent: 's' }),
      line('fork', 'user', words.text, { id: words.id }),
    ]);
    const documents = async () => (await store.search.corpus('messages', ['badger'])).terms[0]?.documents;
    const found = async () => {
      const known = (await store.search.corpus('messages', ['badger'])).terms;
      const rows = await store.search.messages(known, { projects: null }, 10, 10);
      return (await store.messages.byRows(rows.map(({ row }) => row))).map(({ session }) => session);
    };
    const whole = async () =>
      (await store.health.check({ message: messageTerms, memory: memoryTerms })).map(({ status }) => status);
    await ingest();
    expect(await found()).toEqual([sessionId('ndjson', 'origin')]);
    appendFileSync(path, line('origin', 'user', 'another way', { id: 'n', parent: 's' }));
    await ingest();
    expect([await documents(), await found()]).toEqual([1, [sessionId('ndjson', 'fork')]]);
    expect(await whole()).toEqual(['ok', 'ok', 'ok', 'ok']);
    await store.health.rebuild({ message: messageTerms, memory: memoryTerms });
    expect([await documents(), await found()]).toEqual([1, [sessionId('ndjson', 'fork')]]);
    expect(await whole()).toEqual(['ok', 'ok', 'ok', 'ok']);
    // Copied once more after it was taken back; then the first copy goes too.
    appendFileSync(
      path,
      `${line('late', 'user', words.text, { id: words.id })}${line('fork', 'user', 'x', { id: 'f', parent: 'z' })}`,
    );
    await ingest();
    expect([await documents(), await whole()]).toEqual([1, ['ok', 'ok', 'ok', 'ok']]);
  });

  it('takes the words of a person for theirs when the import is confirmed later', async () => {
    const { store, path, file, deps } = await setUp([line('s', 'user', 'We use pnpm here')]);
    const by = async () =>
      (await store.messages.list({ session: sessionId('ndjson', 's'), limit: 5 })).messages.map(
        (message) => message.by,
      );
    await ingestFile(file, ndjson({ confirmed: false }), deps, options);
    expect(await by()).toEqual(['program']);
    const copy = `${path}.ndjson`;
    copyFileSync(path, copy);
    await ingestFile({ path: copy, relative: 'copy.ndjson' }, adapter, deps, options);
    expect(await by()).toEqual(['person']);
    copyFileSync(path, `${copy}.ndjson`);
    await ingestFile(
      { path: `${copy}.ndjson`, relative: 'again.ndjson' },
      ndjson({ confirmed: false }),
      deps,
      options,
    );
    expect(await by()).toEqual(['person']);
  });

  it('withdraws the turns that a new branch leaves behind', async () => {
    const { store, ingest } = await setUp([
      line('s', 'user', 'start', { id: '1' }),
      line('s', 'assistant', 'ok', { id: '2', parent: '1' }),
      line('s', 'user', 'the wrong way with badgers', { id: '3', parent: '2' }),
      line('s', 'assistant', 'done wrong', { id: '4', parent: '3' }),
      line('s', 'user', 'the right way', { id: '5', parent: '2' }),
    ]);
    await ingest();
    const shown = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 10 });
    expect(shown.messages.map(({ text }) => text)).toEqual(['start', 'ok', 'the right way']);
    const all = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 10, withdrawn: true });
    expect(
      all.messages.filter(({ turnState }) => turnState === 'withdrawn').map(({ number }) => number),
    ).toEqual([3, 4]);
    const corpus = await store.search.corpus('messages', ['badger']);
    expect(corpus.terms[0]?.documents).toBe(0);
  });

  it('leaves a file to the process that has read on meanwhile', async () => {
    const { store, deps, file } = await setUp([line('s', 'user', 'one'), line('s', 'assistant', 'two')]);
    const [a, b] = await Promise.all([
      ingestFile(file, adapter, deps, options),
      ingestFile(file, adapter, deps, options),
    ]);
    expect(await texts(store, 's')).toEqual(['1 one', '2 two']);
    expect([a.outcome, b.outcome]).toContain('read');
  });
});
