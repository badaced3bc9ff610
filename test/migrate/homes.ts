/** Homes of other memory systems, as those write them, in a folder of the test. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';

export function put(path: string, content: string | object): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** What stands in every file of a folder: nobody may have changed it. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  const walk = (path: string): void => {
    for (const name of readdirSync(path).sort()) {
      const inner = join(path, name);
      const found = statSync(inner);
      hash.update(`${inner} ${found.mtimeMs} `);
      if (found.isDirectory()) walk(inner);
      else hash.update(readFileSync(inner));
    }
  };
  walk(folder);
  return hash.digest('hex');
}

const mangled = (path: string) => path.replaceAll('/', '-');

/** A home of codex-self-evolution with the memory of one repository. */
export function formerHome(root: string, repository: string): string {
  const bucket = join(root, 'projects', mangled(repository));
  put(join(bucket, '.canonical_cwd'), `${repository}\n`);
  put(join(bucket, 'memory', 'memory.json'), {
    user: [
      {
        scope: 'user',
        summary: 'Answers in German',
        content: 'The user wants answers in German.',
        source_paths: [],
        confidence: 0.9,
        provenance: [],
      },
    ],
    global: [
      {
        summary: 'Test runner',
        content: 'Tests run with `pnpm test`, never with npm.',
        source_paths: ['package.json'],
      },
      { summary: 'Test runner again', content: 'Tests run with `pnpm test`, never with npm.' },
      { summary: 'MR status', content: 'Round 2 is pending review' },
      {
        summary: 'Key',
        content: 'The deploy token is ghp_0123456789abcdefghijABCDEFGHIJ012345 for now and always.',
      },
      { summary: '', content: ' ' },
    ],
  });
  put(join(bucket, 'recall', 'index.json'), {
    records: [
      {
        id: 'aaaaaaaaaaaa',
        summary: 'Flaky port',
        content: 'The port 5432 is taken on the build machine; the tests use 5433 instead.',
        source_paths: ['docker-compose.yml'],
        repo_fingerprint: 'f',
        cwd: repository,
        thread_id: 't',
        turn_id: '1',
        source_updated_at: '2026-03-01T00:00:00Z',
      },
      { summary: 'Novel', content: 'word '.repeat(5000) },
    ],
  });
  put(join(bucket, 'skills', 'manifest.json'), {
    skills: [
      { skill_id: 'release', title: 'Release', status: 'active', description: 'Use when cutting a release.' },
      { skill_id: 'old', title: 'Old', status: 'retired' },
    ],
  });
  put(
    join(bucket, 'skills', 'managed', 'release.md'),
    '# Release\n\n1. Run the tests with pnpm test\n2. Tag the commit vX.Y.Z\n3. Push the tag and check the pipeline\n',
  );
  put(join(bucket, 'skills', 'managed', 'old.md'), '# Old\n\nStatus: retired\n');
  put(join(bucket, 'suggestions', 'pending', 'e1.json'), {
    schema_version: 1,
    suggestion_id: 'e1',
    idempotency_key: 'k',
    thread_id: 't',
    cwd: repository,
    state: 'pending',
    suggestions: [
      {
        family: 'memory_updates',
        summary: 'Migrations',
        details: {
          scope: 'global',
          action: 'add',
          content: 'Migrations live in db/migrations and are never edited.',
        },
        confidence: 0.8,
      },
      { family: 'unknown', summary: 'x', details: {} },
    ],
  });
  put(join(bucket, 'suggestions', 'failed', 'broken.json'), '{');
  put(join(bucket, 'suggestions', 'done', 'd.json'), {
    suggestions: [{ family: 'memory_updates', summary: 'done' }],
  });
  return bucket;
}

/** A database of claude-mem, still open in its program: what was written last lies in the journal. */
export function claudeMem(folder: string, session: string, project: string): { readonly close: () => void } {
  mkdirSync(folder, { recursive: true });
  const db = new Database(join(folder, 'claude-mem.db'));
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE TABLE sdk_sessions (id INTEGER PRIMARY KEY, content_session_id TEXT, memory_session_id TEXT, project TEXT);
    CREATE TABLE observations (id INTEGER PRIMARY KEY, memory_session_id TEXT, project TEXT, text TEXT, type TEXT,
      title TEXT, subtitle TEXT, facts TEXT, narrative TEXT, concepts TEXT, created_at_epoch INTEGER);
    CREATE TABLE session_summaries (id INTEGER PRIMARY KEY, memory_session_id TEXT, project TEXT, request TEXT,
      investigated TEXT, learned TEXT, completed TEXT, next_steps TEXT, created_at_epoch INTEGER);
  `);
  db.prepare('INSERT INTO sdk_sessions VALUES (1, ?, ?, ?)').run(session, 'mem-1', project);
  const observe = db.prepare(
    'INSERT INTO observations (memory_session_id, project, type, title, narrative, facts, concepts, created_at_epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  observe.run(
    'mem-1',
    project,
    'decision',
    'Money in cents',
    'Amounts are stored as integer cents since floats lost a cent in the invoice totals.',
    '["invoice.ts rounds half to even"]',
    '["money"]',
    Date.UTC(2026, 1, 2),
  );
  observe.run(
    'mem-9',
    'nobody-knows',
    'feature',
    'Elsewhere',
    'It belongs to another project.',
    '[]',
    null,
    0,
  );
  observe.run('mem-1', project, 'change', 'Empty', null, null, null, 0);
  db.prepare(
    'INSERT INTO session_summaries (memory_session_id, project, request, learned, completed, next_steps, created_at_epoch) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(
    'mem-1',
    project,
    'Fix the totals',
    'The tax is computed per line, not per invoice.',
    null,
    'Continue tomorrow',
    1,
  );
  return { close: () => db.close() };
}
