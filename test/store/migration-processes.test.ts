import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { truthIn } from '../support/older-store.ts';
import { afterwards, list, NEWEST, older, open, schemaOf } from './migrating.ts';

describe('processes', { timeout: 60_000 }, () => {
  let program = '';
  const folder = mkdtempSync(join(tmpdir(), 'midturn-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  beforeAll(async () => {
    program = join(folder, 'child.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./migration-child.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      alias: { 'better-sqlite3': join(root, 'node_modules/better-sqlite3/lib/index.js') },
      external: ['*/better-sqlite3/lib/index.js'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      loader: { '.md': 'text' },
      logLevel: 'error',
    });
  });

  function child(path: string, act: string): ChildProcess {
    const started = spawn(process.execPath, [program, path, act], { stdio: ['ignore', 'pipe', 'inherit'] });
    afterwards(() => started.kill('SIGKILL'));
    return started;
  }

  async function word(from: ChildProcess): Promise<string> {
    const [chunk] = await once(from.stdout ?? from, 'data');
    return String(chunk).trim();
  }

  async function killedWhen(path: string, act: string): Promise<void> {
    const victim = child(path, act);
    expect(await word(victim)).toBe('here');
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
  }

  it('killed in the backup leave a file that never looks like one, and the next opening starts over', async () => {
    const { path, backups } = older(12);
    const before = truthIn(path);
    await killedWhen(path, 'stops in the backup');
    const left = list(backups);
    expect(left.some((name) => name.endsWith('.tmp'))).toBe(true);
    expect(left.filter((name) => name.endsWith('.db'))).toEqual([]);
    expect(schemaOf(path)).toBe(1);
    await open(path);
    expect(list(backups)).toEqual(['midturn-schema1-2026-11-21T09-30-00Z.db']);
    expect(truthIn(path)).toEqual(before);
    expect(truthIn(join(backups, list(backups)[0] ?? ''))).toEqual(before);
  });

  it('killed in the migration leave the old schema, and the next opening does it whole', async () => {
    const { path, backups } = older();
    const before = truthIn(path);
    await killedWhen(path, 'stops in the migration');
    expect([schemaOf(path), truthIn(path)]).toEqual([1, before]);
    const connection = await open(path);
    expect(truthIn(path)).toEqual(before);
    expect(connection.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(list(backups).every((name) => name.startsWith('midturn-schema1-'))).toBe(true);
  });

  it('killed between two migrations have the first, and the next opening goes on from there', async () => {
    const { path } = older();
    const before = truthIn(path);
    await killedWhen(path, 'stops between two migrations');
    expect(schemaOf(path)).toBe(NEWEST);
    const ran: number[] = [];
    const connection = await open(path, {
      migrations: [
        { sql: '', run: () => void ran.push(1) },
        ...MIGRATIONS.slice(1).map(() => ({ sql: '', run: () => void ran.push(2) })),
        { sql: '', run: () => void ran.push(3) },
      ],
    });
    expect(ran).toEqual([3]);
    expect(connection.db.pragma('user_version', { simple: true })).toBe(NEWEST + 1);
    expect(truthIn(path)).toEqual(before);
  });

  it('that open one old store at once: one upgrades it, once, and all go on', async () => {
    const { path, backups } = older(12);
    const answers = await Promise.all(Array.from({ length: 4 }, () => word(child(path, 'opens'))));
    expect(answers).toEqual(Array.from({ length: 4 }, () => `opened ${NEWEST}`));
    expect(list(backups)).toHaveLength(1);
  });

  it('wait for one that writes to the old store, and keep what it wrote', async () => {
    const { path, backups } = older();
    expect(await word(child(path, 'holds the lock for 3 s'))).toBe('here');
    const connection = await open(path);
    const written = "SELECT value FROM counters WHERE name = 'written by the holder'";
    expect(connection.db.prepare(written).pluck().get()).toBe(1);
    const backup = new Database(join(backups, list(backups)[0] ?? ''), { readonly: true });
    afterwards(() => backup.close());
    expect(backup.prepare(written).pluck().get()).toBe(1);
  });

  it('are told so when the wait is too long for them, and nothing was changed', async () => {
    const { path, backups } = older();
    const before = truthIn(path);
    expect(await word(child(path, 'holds the lock for 3 s'))).toBe('here');
    await expect(open(path, { writeDeadline: 100 })).rejects.toThrow(
      /Could not upgrade the store: another process/,
    );
    expect([schemaOf(path), truthIn(path)]).toEqual([1, before]);
    expect(list(dirname(backups))).not.toContain('backups');
  });
});
