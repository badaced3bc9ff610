import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { type Discovery, discoverClients, discoverPaths } from '../../src/capture/discover.ts';
import { importFiles } from '../../src/capture/import.ts';
import type { IngestDeps } from '../../src/capture/ingest.ts';
import { ndjson } from '../../src/capture/ndjson.ts';
import { serveReader } from '../../src/capture/reader-host.ts';
import type { ReaderWorker } from '../../src/capture/reader-thread.ts';
import { StoreError } from '../../src/model/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { ingestDeps, project, tempFolder, tempStore } from '../support/temp-store.ts';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');
const ports: Array<() => void> = [];
afterEach(() => {
  for (const close of ports.splice(0)) close();
});

/** The other end answers over a real channel: everything is cloned as between threads. */
function reader(store: Store, changes: Partial<IngestDeps> = {}): ReaderWorker {
  const { port1, port2 } = new MessageChannel();
  const { maxLineBytes, exclusion } = ingestDeps(store, changes);
  const adapters = [codex, claudeCode, ndjson({ confirmed: false }), ndjson({ confirmed: true })];
  serveReader(port2, { digestKey: store.digestKey, maxLineBytes, exclusion, adapters });
  ports.push(() => port1.close());
  const ends: Array<(value: unknown) => void> = [];
  return {
    postMessage: (message) => port1.postMessage(message),
    on: (event, listener) => {
      if (event === 'exit') ends.push(listener);
      return event === 'message' ? port1.on('message', listener) : undefined;
    },
    terminate: async () => {
      port1.close();
      for (const end of ends) end(0);
    },
  };
}

/** Two stores with the same key for digests, and nothing in them yet. */
async function twins() {
  const folders = [tempFolder(), tempFolder()] as const;
  (await tempStore(folders[0])).close();
  copyFileSync(join(folders[0], 'midturn.db'), join(folders[1], 'midturn.db'));
  return { folders, stores: [await tempStore(folders[0]), await tempStore(folders[1])] as const };
}

/** Every row of what capture writes, but for the ids and times of projects. */
function rows(folder: string): unknown {
  const db = new Database(join(folder, 'midturn.db'), { readonly: true });
  try {
    const tables =
      'sources source_sessions sessions session_links turns rewinds source_starts messages hops calls';
    const names = [...tables.split(' '), 'terms', 'corpora', 'message_tokens', 'authors', 'author_words'];
    const all = names.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()]);
    return [...all, db.prepare('SELECT row, name FROM projects').all()];
  } finally {
    db.close();
  }
}

async function allFixtures(): Promise<Discovery> {
  const files = [];
  for (const adapter of [codex, claudeCode]) {
    const below = join(fixtures, adapter.client);
    for (const scenario of readdirSync(below)) {
      files.push(...(await discoverClients([{ root: join(below, scenario), adapter }])).files);
    }
  }
  return { files, unfit: [] };
}

describe('an import that reads in another thread', () => {
  it('stores and reports what an import in one thread does', async () => {
    const { folders, stores } = await twins();
    const { files } = await allFixtures();
    expect(files.length).toBeGreaterThan(20);
    const [one, other] = stores;
    const plain = await importFiles(files, [], ingestDeps(one), { fallbackProject: null });
    let started = 0;
    const startReader = (): ReaderWorker => {
      started += 1;
      return reader(other);
    };
    const options = { fallbackProject: null, startReader, threadFrom: 0 };
    const threaded = await importFiles(files, [], ingestDeps(other), options);
    expect(threaded).toEqual(plain);
    expect(rows(folders[1])).toEqual(rows(folders[0]));
    expect(started).toBe(1);
    const again = await importFiles(files, [], ingestDeps(other), options);
    expect([again.added, again.files.unchanged]).toEqual([0, files.length]);
  });

  it('gives numbers to messages without an identity, and leaves out what is excluded, all the same', async () => {
    const { folders, stores } = await twins();
    const log = tempFolder();
    const line = (at: number) =>
      JSON.stringify({
        session: `s${at % 7}`,
        role: at % 2 === 0 ? 'user' : 'assistant',
        text: at % 5 === 0 ? 'the same again' : `message ${at} of the log`,
        cwd: at % 11 === 0 ? '/home/dev/secret' : `/home/dev/p${at % 7}`,
      });
    const lines = Array.from({ length: 3000 }, (_, at) => (at % 500 === 3 ? 'not JSON' : line(at)));
    writeFileSync(join(log, 'a.ndjson'), `${lines.join('\n')}\n`);
    writeFileSync(join(log, 'b.ndjson'), `${lines.slice(0, 50).join('\n')}\n`);
    const plan = await discoverPaths([log], [codex, claudeCode], ndjson({ confirmed: false }), null);
    const exclusion = { path: (path: string) => path.endsWith('secret'), time: () => false, patterns: 'x' };
    const reports = [];
    for (const [at, store] of stores.entries()) {
      const thread = at === 1 ? { startReader: () => reader(store, { exclusion }), threadFrom: 0 } : {};
      const fallbackProject = await project(store, 'here');
      const deps = ingestDeps(store, { exclusion });
      reports.push(await importFiles(plan.files, [], deps, { fallbackProject, ...thread }));
    }
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[0]?.skipped_lines).toBe(7);
    expect(rows(folders[1])).toEqual(rows(folders[0]));
  });

  it('reads in its own thread where no other can be started', async () => {
    const store = await tempStore();
    const { files } = await allFixtures();
    const refused = Object.assign(new Error('no threads here'), { code: 'ERR_WORKER_INIT_FAILED' });
    const starts: Array<() => ReaderWorker | null> = [
      () => null,
      () => {
        throw refused;
      },
    ];
    const added = [];
    for (const startReader of starts) {
      const options = { fallbackProject: null, startReader, threadFrom: 0 };
      added.push((await importFiles(files, [], ingestDeps(store), options)).added);
    }
    expect(added[0]).toBeGreaterThan(100);
    expect(added[1]).toBe(0);
  });

  it('stops everything with the error of the store that a project could not be asked from', async () => {
    const store = await tempStore();
    const { files } = await allFixtures();
    const projectOf = () => Promise.reject(new StoreError({ what: 'The disk is full' }));
    const options = { fallbackProject: null, startReader: () => reader(store), threadFrom: 0 };
    await expect(importFiles(files, [], ingestDeps(store, { projectOf }), options)).rejects.toThrow(
      'The disk is full',
    );
  });

  it('stops when it is asked to, and goes on later where it was left', async () => {
    const { folders, stores } = await twins();
    const [one, other] = stores;
    const { files } = await allFixtures();
    await importFiles(files, [], ingestDeps(one), { fallbackProject: null });
    const abort = new AbortController();
    const options = { fallbackProject: null, startReader: () => reader(other), threadFrom: 0 };
    const onProgress = ({ bytes }: { bytes: number }): void => {
      if (bytes > 100_000) abort.abort();
    };
    const first = await importFiles(files, [], ingestDeps(other), {
      ...options,
      signal: abort.signal,
      onProgress,
    });
    expect(first.stopped).toBe(true);
    const second = await importFiles(files, [], ingestDeps(other), options);
    expect([second.stopped, second.added > 0]).toEqual([false, true]);
    expect(rows(folders[1])).toEqual(rows(folders[0]));
  });

  it('reads on by itself, without a gap, where the thread has died over a file', async () => {
    const { folders, stores } = await twins();
    const [one, other] = stores;
    const log = tempFolder();
    const line = (name: string, at: number) =>
      JSON.stringify({
        session: `${name}${at % 3}`,
        role: 'user',
        text: `message ${at}`,
        cwd: '/home/dev/p',
      });
    for (const name of ['a', 'b', 'c']) {
      const lines = Array.from({ length: 1000 }, (_, at) => line(name, at));
      writeFileSync(join(log, `${name}.ndjson`), lines.join('\n'));
    }
    const { files } = await discoverPaths([log], [codex, claudeCode], ndjson({ confirmed: false }), null);
    let taken = 0;
    const dying = (): ReaderWorker => {
      const worker = reader(other);
      const ends: Array<(value: unknown) => void> = [];
      return {
        ...worker,
        on: (event, listener) => {
          if (event === 'error') ends.push(listener);
          return worker.on(event, listener);
        },
        postMessage: (message) => {
          if (message.type === 'taken') taken += 1;
          worker.postMessage(message);
          if (taken === 6) for (const end of ends) end(new Error('out of memory'));
        },
      };
    };
    const options = { fallbackProject: null, threadFrom: 0 };
    const plain = await importFiles(files, [], ingestDeps(one), options);
    const report = await importFiles(files, [], ingestDeps(other), { ...options, startReader: dying });
    expect(taken).toBeGreaterThanOrEqual(6);
    expect(report).toEqual(plain);
    expect(rows(folders[1])).toEqual(rows(folders[0]));
  });
});
