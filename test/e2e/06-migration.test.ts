import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect, run } from '../support/built-program.ts';
import { olderStore } from '../support/older-store.ts';
import { tempFolder } from '../support/temp-store.ts';

/** A home whose store was written by a program of schema 1. */
function place(): { home: string; cwd: string; backups: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  mkdirSync(join(home, '.midturn'), { mode: 0o700 });
  olderStore(join(home, '.midturn', 'midturn.db'));
  return { home, cwd, backups: join(home, '.midturn', 'backups') };
}

const BACKUP = /^midturn-schema1-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/;

describe('a store that an older midturn has written', () => {
  it('is upgraded at the first call, after a backup, and what was remembered is found', async () => {
    const { home, cwd, backups } = place();
    const server = await connect('2025', { home, cwd });
    expect(existsSync(backups)).toBe(false);
    const { text } = await server.call('recall', {
      query: 'Which port does the payment service listen on?',
      scope: 'all',
    });
    expect(text).toContain('4711');
    const history = await server.call('recall_history', { query: 'invoice export', project: 'all' });
    expect(history.text).toContain('Why does the invoice export time out?');
    expect(readdirSync(backups)).toEqual([expect.stringMatching(BACKUP)]);
    const { structured } = await server.call('status');
    expect(structured).toMatchObject({ upgrade: { from: 1, backup: expect.stringMatching(BACKUP) } });
  });

  it('takes new memories at once', async () => {
    const { home, cwd } = place();
    const server = await connect('2026', { home, cwd });
    const { structured } = await server.call('remember', { content: 'Staging is reset every Sunday night' });
    expect(structured).toMatchObject({ status: 'accepted' });
  });

  it('is served to several servers that start at once, with one backup', async () => {
    const { home, cwd, backups } = place();
    const servers = await Promise.all([1, 2, 3].map(() => connect('2025', { home, cwd })));
    const answers = await Promise.all(
      servers.map((server) => server.call('recall', { query: 'payment service port', scope: 'all' })),
    );
    for (const { text } of answers) expect(text).toContain('4711');
    expect(readdirSync(backups)).toHaveLength(1);
  });

  it('is shown by doctor as upgraded, with the place of the backup', async () => {
    const { home, cwd, backups } = place();
    const { stdout, code } = await run(['doctor'], { home, cwd });
    expect(stdout).toMatch(/^ok +store\.schema {2,}The store has schema \d+.*upgraded from 1 on /m);
    expect(stdout).toContain(backups);
    expect(code).toBe(0);
  });
});
