/** midturn status, doctor, pause and resume. */
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempStore } from '../support/temp-store.ts';
import { at, commandLine } from './command-line.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 30);

describe('status', () => {
  it('shows what is stored in aligned lines', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    await cli.midturn(['import', cli.write('log.ndjson', '{"session":"a","role":"user","text":"hello"}\n')], {
      now: NOW,
    });
    const { code, out } = await cli.midturn('status');
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}memories {6}1 in force$/m);
    expect(out).toMatch(/^ {2}history {7}1 message in 1 session of 1 project$/m);
    expect(out).toMatch(/^ {2}this project {2}shop: 1 message in 1 session$/m);
    expect(out).toMatch(/^ {2}capture {7}on, last 2026-11-21 09:30 UTC$/m);
    expect(out).not.toContain('Needs attention');
  });

  it('names what needs attention, with the cure', async () => {
    const cli = commandLine();
    await cli.midturn('pause');
    await cli.midturn('remember x marks the spot', { env: { MIDTURN_TRUST_POLICY: 'manual' } });
    const { out } = await cli.midturn('status');
    expect(out).toMatch(/^ {2}memories +0 in force, 1 needs review$/m);
    expect(out).toContain('-  Capture is paused (midturn resume)');
  });

  it('names files of the inbox that could not be taken, with their folder', async () => {
    const cli = commandLine();
    const file = cli.write('home/inbox/a.json', '{"facts":[]}');
    utimesSync(file, 1000, 1000);
    expect((await cli.midturn('compile')).out).toContain(
      '1 file of the inbox could not be taken: a.json (Nothing was taken: unknown key `facts`',
    );
    const { out } = await cli.midturn('status');
    expect(out).toContain(
      `1 file of the inbox could not be taken: ${join(cli.home, 'inbox/failed')} keeps it`,
    );
    expect(out).toContain('send again');
  });

  it('tells of suggestions that came to nothing, with the reason, and so does the list of skills', async () => {
    const cli = commandLine();
    const skill = { action: 'create', skill_id: 'release', title: 'Release', content: 'Do it' };
    const file = cli.write('skill.json', JSON.stringify({ skill_action: [{ ...skill, scope: 'user' }] }));
    expect((await cli.midturn('status')).out).not.toContain('discarded');
    const sent = await cli.midturn(['suggest', file]);
    expect(sent.out).toContain('compile will discard it as it stands');
    await cli.midturn('compile');
    const { json } = await cli.midturn('status --json');
    expect(at(json, 'discarded')).toMatchObject({ last_day: 1, newest: [{ title: 'Release' }] });
    expect((await cli.midturn('status')).out).toMatch(
      /^ {2}discarded +1 suggestion of the last day came to nothing, the newest, Release: .*description/m,
    );
    expect((await cli.midturn('skills list')).out).toMatch(/not taken:\n {2}Release: .*description/);
    const later = await cli.midturn('status', { now: Date.now() + 2 * 86_400_000 });
    expect(later.out).not.toContain('discarded');
  });

  it('shows reviews and what they cost only where there are some, and how clients are wired where none is', async () => {
    const cli = commandLine();
    const fresh = (await cli.midturn('status')).out;
    expect(fresh).not.toMatch(/reviews|spend/);
    expect(fresh).toMatch(/^ {2}clients {3}setup has wired none \(midturn setup\)$/m);
    expect(fresh).toMatch(/^ {2}history {3}nothing captured yet$/m);
    expect(fresh).not.toContain('this project');
    cli.write('home/setup.json', '{"files": [{"client": "codex", "file": "/gone/config.toml"}]}');
    const { out } = await cli.midturn('status');
    expect(out).toMatch(/^ {2}clients {3}codex \(incomplete\)$/m);
    expect(out).toContain('A file that setup has written for codex is gone (midturn setup codex)');
  });

  it('names a client whose hooks run though setup has not wired it', async () => {
    const cli = commandLine();
    await cli.midturn('status');
    const store = await tempStore(cli.home);
    await store.health.setNote('hook.user-prompt.codex', { at: NOW, error: null, detail: {} });
    expect((await cli.midturn('status')).out).toContain(
      'codex (not wired by setup, last hook 2026-11-21 09:30 UTC)',
    );
  });

  it('is folded to the width of a terminal, and in a pipe one line for each thing', async () => {
    const cli = commandLine();
    cli.write('home/config.toml', '[capture]\nheron = 1\n');
    const shown = (await cli.midturn('status', { width: 60, answers: [] })).out.split('\n');
    const at = shown.findIndex((line) => line.startsWith('-  Unknown key capture.heron'));
    expect(shown[at + 1]).toMatch(/^ {3}\S/);
    expect((await cli.midturn('status', { width: 60 })).out).toMatch(/^- {2}Unknown key .*: ignored$/m);
  });

  it('gives the report as JSON', async () => {
    expect((await commandLine().midturn('status --json')).json).toMatchObject({
      counts: { sessions: 0, messages: 0 },
      queue: { reviews: { queued: 0, running: 0 }, suggestions: { pending: 0, processing: 0, failed: 0 } },
      waiting: 0,
      last: { capture: null, review: null, compile: null },
      health: [],
      wiring: [],
    });
  });
});

describe('doctor', () => {
  it('finds a healthy installation in order', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const { code, json } = await cli.midturn('doctor --json');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([
        expect.objectContaining({ id: 'store.integrity', status: 'ok', words: expect.any(String) }),
      ]),
    });
    const { out } = await cli.midturn('doctor');
    expect(out).toMatch(/^ok +store\.integrity {2,}The database file is whole$/m);
  });

  it('says advice where nothing is wrong, and to do where something is', async () => {
    const cli = commandLine();
    cli.write('.claude/settings.json', '{}');
    const [before, env] = [await cli.midturn('doctor --no-start'), cli.write('home/.env', '')];
    expect(before.out).toMatch(/retention.*after 30 days.*\n +advice: midturn setup claude-code --keep-/);
    chmodSync(env, 0o644);
    const { out } = await cli.midturn('doctor --no-start');
    expect(out).toMatch(/^warn +permissions .*\n +to do: chmod/m);
  });

  it('is folded to the width of a terminal, commands apart, and in a pipe one line for each check', async () => {
    const cli = commandLine();
    cli.write('.claude/settings.json', '{}');
    chmodSync(cli.write('home/.env', ''), 0o644);
    const piped = (await cli.midturn('doctor --no-start', { width: 80 })).out;
    const shown = (await cli.midturn('doctor --no-start', { width: 80, answers: [] })).out;
    const long = (text: string) => text.split('\n').filter((line) => line.length > 80);
    expect(long(piped).length).toBeGreaterThan(2);
    expect(long(shown).filter((line) => !/chmod|advice: midturn|\S{50}/.test(line))).toEqual([]);
    const words = (text: string) => text.split(/\s+/);
    expect(words(shown)).toEqual(words(piped));
  });

  it('rebuilds the indexes when it is told to, and recall goes on working', async () => {
    const cli = commandLine();
    await cli.midturn('remember The zeppelin lands at noon');
    expect((await cli.midturn('doctor --rebuild')).out).toMatch(/Rebuilt the indexes/);
    expect(at((await cli.midturn('recall zeppelin --json')).json, 'hits')).toHaveLength(1);
  });

  it('mends with --fix, and says in both forms what it did', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const env = cli.write('home/.env', '');
    chmodSync(env, 0o644);
    expect((await cli.midturn('doctor --no-start')).out).toContain(`chmod 0600 '${env}'`);
    const { code, out } = await cli.midturn('doctor --fix');
    expect(code).toBe(0);
    expect(out).toContain(`Made ${env} readable for you alone.`);
    expect(out).not.toContain('chmod');
    expect((await cli.midturn('doctor --fix --json')).json).toMatchObject({ ok: true, fixed: [] });
    expect((await cli.midturn('doctor --fix')).out).toMatch(/^Nothing was to be mended\.\n/);
  });

  it('fails with 1 on a store that is no database, and says so in both forms', async () => {
    const cli = commandLine();
    cli.write('home/midturn.db', 'no database '.repeat(500));
    const { code, json } = await cli.midturn('doctor --json');
    expect(code).toBe(1);
    expect(json).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([expect.objectContaining({ status: 'fail' })]),
    });
    const human = await cli.midturn('doctor');
    expect(human.code).toBe(1);
    expect(human.out).toMatch(/\d of \d+ checks failed\.\n$/);
  });
});

describe('pause and resume', () => {
  it('keeps nothing that an agent sends meanwhile, and what a person says at a terminal', async () => {
    const cli = commandLine();
    await cli.midturn('pause --for 2h');
    const env = { CLAUDECODE: '1' };
    const refused = await cli.midturn('remember We deploy on Tuesdays', { answers: [], env });
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/Nothing was stored: midturn is paused until \d{4}-.*`midturn resume`/s);
    const own = await cli.midturn('remember We deploy on Tuesdays', { answers: [] });
    expect(own.code).toBe(0);
    expect(own.out).toContain('Capture is paused');
    await cli.midturn('resume');
    expect((await cli.midturn('remember We ship on Fridays', { answers: [], env })).code).toBe(0);
  });

  it('pauses until it is ended', async () => {
    const cli = commandLine();
    expect((await cli.midturn('pause')).out).toBe('Capture is paused. `midturn resume` ends the pause.\n');
    expect((await cli.midturn('status --json')).json).toMatchObject({ capture: { paused: true } });
    expect((await cli.midturn('resume')).out).toBe('Capture goes on.\n');
    expect((await cli.midturn('resume')).out).toBe('Capture was not paused.\n');
  });

  it.each([
    ['--for 30m', '2026-11-21 10:00'],
    ['--for 2h', '2026-11-21 11:30'],
    ['--for 1d', '2026-11-22 09:30'],
    ['--until 2026-11-21T18:00Z', '2026-11-21 18:00'],
  ])('pauses %s', async (flags, until) => {
    const cli = commandLine();
    expect((await cli.midturn(`pause ${flags}`, { now: NOW })).out).toBe(
      `Capture is paused until ${until} UTC.\n`,
    );
    const end = Date.parse(`${until.replace(' ', 'T')}:00Z`);
    const paused = async (now: number): Promise<unknown> =>
      at((await cli.midturn('status --json', { now })).json, 'capture', 'paused');
    expect(await paused(end - 1)).toBe(true);
    expect(await paused(end)).toBe(false);
  });

  it('says so in JSON', async () => {
    const cli = commandLine();
    expect((await cli.midturn('pause --for 2h --json', { now: NOW })).json).toEqual({
      paused: true,
      until: '2026-11-21T11:30:00.000Z',
    });
    expect((await cli.midturn('resume --json', { now: NOW })).json).toEqual({ paused: false });
  });
});
