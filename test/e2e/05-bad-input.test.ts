import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { connect, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string; store: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd, store: join(home, '.midturn', 'midturn.db') };
}

describe('a bad home or store gets one clear error', () => {
  it('when the home is a file', async () => {
    const { home, cwd } = place();
    writeFileSync(join(home, '.midturn'), 'not a folder');
    const { code, stderr } = await run(['status'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/\.midturn/);
    const server = await connect('2025', { home, cwd });
    const answer = await server.call('status');
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/\.midturn/);
    expect(readFileSync(join(home, '.midturn'), 'utf8')).toBe('not a folder');
  });

  it.skipIf(process.getuid?.() === 0)('when the home cannot be written', async () => {
    const { home, cwd } = place();
    mkdirSync(join(home, '.midturn'));
    chmodSync(join(home, '.midturn'), 0o500);
    const { code, stderr } = await run(['status'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/write/);
    chmodSync(join(home, '.midturn'), 0o700);
  });

  it('when the store is no database', async () => {
    const { home, cwd, store } = place();
    mkdirSync(join(home, '.midturn'));
    writeFileSync(store, 'hello '.repeat(2000));
    const before = readFileSync(store);
    const { code, stderr } = await run(['recall', 'anything'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/not a SQLite database/);
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it('when the store belongs to another program', async () => {
    const { home, cwd, store } = place();
    mkdirSync(join(home, '.midturn'));
    const db = new Database(store);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    const { code, stderr } = await run(['status'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/another program/);
  });

  it('when the store is newer, without writing to it', async () => {
    const { home, cwd, store } = place();
    await run(['status'], { home, cwd });
    const db = new Database(store);
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(store);
    const { code, stderr } = await run(['remember', 'a fact that is not stored'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/newer midturn/);
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it('and a running server stops writing when the store is upgraded under it', async () => {
    const { home, cwd, store } = place();
    const server = await connect('2025', { home, cwd });
    await server.call('remember', { content: 'The first fact about otters' });
    const db = new Database(store);
    db.pragma('user_version = 99');
    db.close();
    const answer = await server.call('remember', { content: 'The second fact about otters' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/newer midturn.*restart your client/s);
  });

  it('when the store is damaged', async () => {
    const { home, cwd, store } = place();
    await run(['remember', 'a fact'], { home, cwd });
    const bytes = readFileSync(store);
    bytes.fill(0x55, 4096, bytes.length);
    writeFileSync(store, bytes);
    const { code, stdout } = await run(['doctor', '--json'], { home, cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).ok).toBe(false);
  });
});

describe('bad imports', () => {
  it('name what is wrong and keep what is right', async () => {
    const { home, cwd } = place();
    const good = join(home, 'good.ndjson');
    writeFileSync(good, '{"session":"s","role":"user","text":"hello"}\nrubbish\n');
    const binary = join(home, 'binary.ndjson');
    writeFileSync(binary, Buffer.alloc(3000));
    const empty = join(home, 'empty.ndjson');
    writeFileSync(empty, '');
    const { code, stdout } = await run(['import', good, binary, empty, '--json'], { home, cwd });
    const report = JSON.parse(stdout);
    expect(report.sessions).toMatchObject([{ external_id: 's', client: 'ndjson', messages: 1 }]);
    expect(report.skipped).toEqual(
      expect.arrayContaining([
        { path: good, line: 2, reason: 'not JSON' },
        expect.objectContaining({ path: binary }),
      ]),
    );
    expect(code).toBe(0);
  });

  it('fail on a path that is not there', async () => {
    const { home, cwd } = place();
    const { code, stderr } = await run(['import', '/nowhere/at/all.ndjson'], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not exist/);
  });

  it('are refused while capture is paused, and what was said meanwhile stays out', async () => {
    const { home, cwd } = place();
    const file = join(home, 'log.ndjson');
    writeFileSync(file, '');
    expect((await run(['pause'], { home, cwd })).code).toBe(0);
    appendFileSync(
      file,
      `${JSON.stringify({ session: 's', role: 'user', text: 'whispered', time: new Date().toISOString() })}\n`,
    );
    const paused = await run(['import', file], { home, cwd });
    expect([paused.code === 0, paused.stderr]).toEqual([false, expect.stringMatching(/paused/)]);
    await run(['resume'], { home, cwd });
    const { stdout } = await run(['import', file, '--json'], { home, cwd });
    expect(JSON.parse(stdout).added).toBe(0);
  });
});

describe('wrong use of the command line', () => {
  it.each([
    [['frobnicate'], /frobnicate/],
    [['recall'], /query|missing/i],
    [['memories', 'show', 'm_zzzzzz'], /m_zzzzzz/],
    [['history', '--limit', 'many', 'x'], /limit/],
    [['history', '--since', 'whenever', 'x'], /since/],
  ])('midturn %j exits 2 with the reason', async (args, words) => {
    const { home, cwd } = place();
    const { code, stderr } = await run(args, { home, cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('leaves no home behind when it only shows help', async () => {
    const { home, cwd } = place();
    expect((await run(['--help'], { home, cwd })).code).toBe(0);
    expect(existsSync(join(home, '.midturn'))).toBe(false);
  });
});

describe('a secret', () => {
  // Rules with letters beyond ASCII must mean the same in the bundles as in their source.
  it.each(['密码: Tr0ub4dor-3x', 'пароль: Tr0ub4dor-3x', 'パスワード: Tr0ub4dor-3x'])(
    'is known by its name in any script: %s',
    async (content) => {
      const { home, cwd } = place();
      const { code, stderr } = await run(['remember', content], { home, cwd });
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/secrets are never stored/);
    },
  );
});
