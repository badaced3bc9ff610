/** midturn scheduler without a scheduler, and what a scheduled scan leaves in the log. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/project/home.ts';
import { appendSpool, listSpool } from '../../src/project/spool.ts';
import { at, type CommandLine, commandLine } from './command-line.ts';

/** The programs of this machine are not asked: PATH is a folder that holds what the test puts there. */
function cli(): CommandLine & { readonly env: Readonly<Record<string, string>> } {
  const line = commandLine();
  return { ...line, env: { PATH: join(line.folder, 'bin') } };
}

describe.runIf(process.platform === 'linux')('midturn scheduler', () => {
  it('says so where nothing can be scheduled, and what can be done', async () => {
    const { midturn, env } = cli();
    const { code, err } = await midturn('scheduler install', { env });
    expect(code).toBe(1);
    expect(err).toContain('there is no systemctl, and there is no crontab. Run `midturn scan`');
    expect((await midturn('scheduler status', { env })).out).toContain(
      'It cannot be scheduled here: there is no systemctl, and there is no crontab.',
    );
    expect((await midturn('scheduler uninstall', { env })).out).toBe('Nothing was installed.\n');
  });

  it('refuses a length that no calendar says evenly', async () => {
    const { midturn, env } = cli();
    const { code, err } = await midturn('scheduler install --every 45', { env });
    expect(code).toBe(2);
    expect(err).toContain('Every 45 minutes cannot be scheduled');
  });

  it('shows the last scheduled run, which prints nothing', async () => {
    const { midturn, env } = cli();
    const now = Date.UTC(2026, 10, 21, 9, 30);
    expect(await midturn('scan --scheduled', { env, now })).toMatchObject({ code: 0, out: '', err: '' });
    const { json } = await midturn('scheduler status --json', { env, now });
    expect(json).toMatchObject({
      kind: null,
      installed: false,
      last: { at: '2026-11-21T09:30:00.000Z', ok: true },
    });
    expect((await midturn('scheduler', { env, now })).out).toContain('last run  2026-11-21 09:30 UTC, well');
  });

  it('first does what hooks have left to do', async () => {
    const { midturn, env, home } = cli();
    const layout = homeLayout(home);
    const at = Date.UTC(2026, 10, 21, 9, 0);
    const entry = { at, client: 'codex', session: null, turn: null, transcript: null, cwd: home, ms: 5 };
    const rest = { version: '0.1.0', error: null, text: null, reason: 'startup' };
    await midturn('status', { env });
    appendSpool(layout, { kind: 'session-started', event: 'session-start', ...entry, ...rest });
    expect(listSpool(layout)).toHaveLength(1);
    await midturn('scan --scheduled', { env });
    expect(listSpool(layout)).toEqual([]);
  });

  it('notes a scheduled run that failed', async () => {
    const { midturn, env, write } = cli();
    const now = Date.UTC(2026, 10, 21, 9, 30);
    write('home/midturn.db', 'this is no database at all, whatever its name says');
    expect((await midturn('scan --scheduled', { env, now })).code).toBe(1);
    const { json } = await midturn('scheduler status --json', { env, now });
    expect(at(json, 'last', 'ok')).toBe(false);
    expect(at(json, 'last', 'error')).toEqual(expect.stringMatching(/midturn\.db/));
  });

  it('cuts the file that takes what scheduled runs print', async () => {
    const { midturn, env, write } = cli();
    const file = write('home/logs/scheduler.log', 'a line\n'.repeat(100_000));
    await midturn('scan --scheduled', { env });
    expect(statSync(file).size).toBeLessThanOrEqual(64 * 1024);
  });
});
