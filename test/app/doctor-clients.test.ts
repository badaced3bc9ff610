/** What the doctor says of clients: servers that start or do not, hooks that are trusted and run, transcripts. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctorWorld } from '../support/doctor-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('clients that setup has wired', () => {
  it('are in order when their server answers, their hooks are there, and Codex trusts them', async () => {
    const { examine } = await doctorWorld({
      clients: ['codex', 'claude-code'],
      trust: ['trusted', 'managed'],
    });
    const { ok, checks } = await examine();
    expect(ok).toBe(true);
    const states = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    expect(states).toMatchObject({
      'setup.program': 'ok',
      'codex.server': 'ok',
      'codex.hooks': 'ok',
      'codex.trust': 'ok',
      'codex.start': 'ok',
      'claude-code.server': 'ok',
      'claude-code.hooks': 'ok',
      'claude-code.start': 'ok',
    });
    expect(checks.find(({ id }) => id === 'codex.start')?.words).toMatch(
      /^The server answers \d+ ms after it is started$/,
    );
  });

  it('are told how to trust hooks that Codex skips', async () => {
    const { examine } = await doctorWorld({
      clients: ['codex'],
      trust: ['trusted', 'untrusted', 'modified'],
    });
    const { ok, checks } = await examine();
    expect(ok).toBe(true);
    expect(checks).toContainEqual({
      id: 'codex.trust',
      status: 'warn',
      words: 'Codex skips 2 of 3 hooks of midturn: they are not trusted yet',
      fix: 'Start codex, type /hooks and trust what midturn has added',
    });
  });

  it('cannot be asked for their trust where no codex program is found', async () => {
    const { examine } = await doctorWorld({ clients: ['codex'] });
    const { checks } = await examine();
    expect(checks.find(({ id }) => id === 'codex.trust')).toMatchObject({
      status: 'warn',
      words: expect.stringContaining('no codex program on the PATH'),
    });
  });

  it('fail when the Node in their file is gone', async () => {
    const world = await doctorWorld({ clients: ['claude-code'] });
    const file = join(world.osHome, '.claude.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(process.execPath, '/opt/gone/bin/node'));
    const { ok, checks } = await world.examine();
    expect(ok).toBe(false);
    expect(checks).toContainEqual({
      id: 'claude-code.start',
      status: 'fail',
      words: 'The server does not start as it is configured: there is no program /opt/gone/bin/node',
      fix: 'midturn setup claude-code',
    });
  });

  it('fail when the server ends instead of answering, with its own last words', async () => {
    const world = await doctorWorld({ clients: ['codex'], trust: ['trusted'] });
    writeFileSync(world.launcher, 'console.error("no native module for this Node"); process.exit(1);');
    const { checks } = await world.examine();
    expect(checks.find(({ id }) => id === 'codex.start')).toMatchObject({
      status: 'fail',
      words: expect.stringContaining('no native module for this Node'),
    });
  });

  it('are warned of a server that is slower than Codex waits, which other clients do', async () => {
    const { examine } = await doctorWorld({ clients: ['codex', 'claude-code'], delayMs: 1100 });
    const { checks } = await examine();
    const states = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    expect(states).toMatchObject({ 'codex.start': 'warn', 'claude-code.start': 'ok' });
  });

  it('are not started, and not asked, with --no-start', async () => {
    const world = await doctorWorld({ clients: ['codex', 'claude-code'], trust: ['untrusted'] });
    const { checks } = await world.examine({ starts: false });
    expect(world.ran()).toEqual({ server: false, codex: false });
    const ids = checks.map(({ id }) => id);
    expect(ids).toContain('codex.hooks');
    expect(ids).not.toContain('codex.trust');
    expect(ids).not.toContain('codex.start');
    await world.examine();
    expect(world.ran()).toEqual({ server: true, codex: true });
  });

  it('are told of settings that run no hook, and of hooks that are missing', async () => {
    const world = await doctorWorld({ clients: ['claude-code'] });
    const file = join(world.osHome, '.claude', 'settings.json');
    writeFileSync(file, `// mine\n${readFileSync(file, 'utf8')}`);
    expect(await world.look('claude-code.hooks')).toMatchObject([
      { status: 'fail', words: expect.stringContaining('comments') },
    ]);
    writeFileSync(file, '{}');
    expect(await world.look('claude-code.hooks')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('SessionEnd'), fix: 'midturn setup claude-code' },
    ]);
  });
});

describe('clients that have midturn twice', () => {
  it('are told of the plugin that their settings name', async () => {
    const world = await doctorWorld({ clients: ['claude-code'] });
    expect(await world.look('claude-code.plugin')).toEqual([]);
    const file = join(world.osHome, '.claude', 'settings.json');
    const settings = readFileSync(file, 'utf8').replace('{', '{"enabledPlugins": {"midturn@midturn": true},');
    writeFileSync(file, settings);
    expect(await world.look('claude-code.plugin')).toMatchObject([
      { status: 'warn', fix: 'claude plugin uninstall midturn@midturn' },
    ]);
  });

  it('are known by prompts that two servers have answered, where no settings name the plugin', async () => {
    const now = Date.UTC(2026, 10, 21, 12);
    const world = await doctorWorld({ clients: ['claude-code'], now: () => now });
    const prompt = (ago: number, more: Readonly<Record<string, boolean>> = {}): void =>
      world.app.log({
        at: now - ago,
        level: 'info',
        kind: 'hook.user-prompt',
        ok: true,
        client: 'claude-code',
        ...more,
      });
    prompt(HOUR_MS);
    prompt(2 * HOUR_MS, { plugin: true });
    expect(await world.look('claude-code.plugin')).toEqual([]);
    prompt(HOUR_MS - 300, { plugin: true });
    expect(await world.look('claude-code.plugin')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('twice at 2026-11-21 11:00 UTC') },
    ]);
  });
});

describe('clients that setup has not wired', () => {
  it('are nothing wrong where another one is wired', async () => {
    const world = await doctorWorld({ clients: ['claude-code'] });
    world.write('.codex/config.toml', '');
    const { checks } = await world.examine();
    expect(checks.filter(({ id }) => id.startsWith('codex.'))).toContainEqual({
      id: 'codex.server',
      status: 'ok',
      words: 'Codex does not know midturn',
      fix: 'midturn setup codex',
    });
  });

  it('are worth a word where none is wired', async () => {
    const world = await doctorWorld();
    world.write('.codex/config.toml', '');
    expect(await world.look('codex.server')).toMatchObject([{ status: 'warn', fix: 'midturn setup codex' }]);
  });

  it.each([
    ['midturn'],
    ['/usr/local/bin/midturn'],
    ['C:\\tools\\midturn.cmd'],
    ['npx', '-y', 'midturn@1.2.3'],
    ['node', '/opt/midturn/dist/midturn.cjs'],
  ])('may be wired by hand: %s %s %s', async (command, ...args) => {
    const world = await doctorWorld();
    const server = { command, args: [...args, 'mcp'] };
    const file = world.write('.claude.json', JSON.stringify({ mcpServers: { midturn: server } }));
    expect(await world.look('claude-code.server')).toEqual([
      {
        id: 'claude-code.server',
        status: 'ok',
        words: `Claude Code starts midturn by an entry that setup has not written (${file})`,
      },
    ]);
    expect(await world.look('claude-code.hooks')).toEqual([]);
  });

  it('wired by hand in TOML are known as well, with hooks where they ran', async () => {
    const world = await doctorWorld();
    world.write('.codex/config.toml', '[mcp_servers.midturn]\ncommand = "midturn"\nargs = ["mcp"]\n');
    const { health } = await world.app.store();
    await health.setNote('hook.user-prompt.codex', { at: Date.now(), error: null, detail: {} });
    expect(await world.look('codex.server')).toMatchObject([
      { status: 'ok', words: expect.stringMatching(/not written \(.*\); its hooks run$/) },
    ]);
    expect(await world.look('codex.fired')).toMatchObject([
      { words: expect.stringContaining('user-prompt') },
    ]);
  });

  it('may start another program under our name', async () => {
    const world = await doctorWorld();
    world.write('.codex/config.toml', '[mcp_servers.midturn]\ncommand = "other"\nargs = ["mcp"]\n');
    expect(await world.look('codex.server')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('another program') },
    ]);
  });

  it('may have it as a plugin, which beside an entry of somebody’s hand is one too many', async () => {
    const world = await doctorWorld();
    const plugin = '[plugins."midturn@midturn"]\nenabled = true\n';
    world.write('.codex/config.toml', plugin);
    expect(await world.look('codex.server')).toMatchObject([
      { status: 'ok', words: expect.stringContaining('as the plugin midturn@midturn') },
    ]);
    expect(await world.look('codex.plugin')).toEqual([]);
    world.write(
      '.codex/config.toml',
      `${plugin}[mcp_servers.midturn]\ncommand = "midturn"\nargs = ["mcp"]\n`,
    );
    expect(await world.look('codex.plugin')).toMatchObject([
      { status: 'warn', fix: expect.stringContaining('codex plugin remove midturn@midturn') },
    ]);
  });

  it('may have hooks of a plugin', async () => {
    const world = await doctorWorld();
    world.write('.codex/config.toml', '');
    const { health } = await world.app.store();
    await health.setNote('hook.stop-review.codex', { at: Date.now(), error: null, detail: {} });
    expect(await world.look('codex.server')).toMatchObject([
      { status: 'ok', words: expect.stringContaining('a plugin') },
    ]);
  });

  it('are said to be none where there are none', async () => {
    const world = await doctorWorld();
    expect(await world.look('clients')).toMatchObject([{ status: 'ok' }]);
  });
});

describe('settings of the clients', () => {
  it.each([
    ['', 'ok', '30 days'],
    ['{"cleanupPeriodDays": 3650}', 'ok', '3650 days'],
    ['{"cleanupPeriodDays": 0}', 'warn', 'nothing to capture'],
  ])('tell how long Claude Code keeps its transcripts: %s', async (settings, status, words) => {
    const world = await doctorWorld();
    world.write('.claude/settings.json', settings);
    expect(await world.look('claude-code.retention')).toMatchObject([
      { status, words: expect.stringContaining(words) },
    ]);
  });

  it.each([
    ['[features]\nmemories = true\n[memories]\ndisable_on_external_context = true\n', ['warn']],
    ['[features]\nmemories = true\n', ['ok']],
    ['[memories]\ndisable_on_external_context = true\n', []],
  ])(
    'tell where the memories of Codex keep away from sessions that call a tool: %s',
    async (config, states) => {
      const world = await doctorWorld();
      world.write('.codex/config.toml', config);
      expect((await world.look('codex.memories')).map(({ status }) => status)).toEqual(states);
    },
  );
});

describe('hooks', () => {
  it('are told with the time at which each last ran', async () => {
    const at = Date.UTC(2026, 10, 21, 9, 30);
    const world = await doctorWorld({ clients: ['codex'], now: () => at + HOUR_MS });
    const { health } = await world.app.store();
    await health.setNote('hook.session-start.codex', { at, error: null, detail: { ms: 40 } });
    await health.setNote('hook.stop-review.claude-code', { at, error: null, detail: {} });
    world.app.log({
      at: at + 60_000,
      level: 'info',
      kind: 'hook.post-tool',
      ok: true,
      client: 'codex',
      ms: 30,
    });
    expect(await world.look('codex.fired')).toEqual([
      {
        id: 'codex.fired',
        status: 'ok',
        words: 'Hooks of Codex last ran (UTC): session-start 2026-11-21 09:30, post-tool 2026-11-21 09:31',
      },
    ]);
  });

  it('that failed when they last ran are told with the reason', async () => {
    const world = await doctorWorld({ clients: ['claude-code'] });
    const { health } = await world.app.store();
    await health.setNote('hook.stop-review.claude-code', {
      at: Date.now(),
      error: 'there is no payload',
      detail: {},
    });
    expect(await world.look('claude-code.fired')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('there is no payload') },
    ]);
  });

  it('that the log of the last day knows to have failed are told once, with their activity', async () => {
    const now = Date.UTC(2026, 10, 21, 12);
    const world = await doctorWorld({ clients: ['codex'], now: () => now });
    const { health } = await world.app.store();
    const error = 'there is no payload';
    await health.setNote('hook.stop-review.codex', { at: now - 100, error, detail: {} });
    const line = { level: 'error', kind: 'hook.stop-review', client: 'codex' } as const;
    world.app.log({ at: now - 90, ...line, ok: false, error });
    const { checks } = await world.examine({ starts: false });
    expect(checks.filter(({ words }) => words.includes(error))).toMatchObject([
      { id: 'activity.stop-review', status: 'warn' },
    ]);
    const fired = () => world.look('codex.fired');
    expect(await fired()).toMatchObject([{ words: expect.stringMatching(/ 11:59 \(failed\)$/) }]);
    world.app.log({ at: now - 10, ...line, ok: true });
    expect(await fired()).toMatchObject([{ words: expect.stringMatching(/ 11:59$/) }]);
  });

  it('that have been silent for days while sessions went on are told', async () => {
    const world = await doctorWorld({ clients: ['codex'] });
    const { health } = await world.app.store();
    const at = Date.now() - 3 * DAY_MS;
    await health.setNote('hook.stop-review.codex', { at, error: null, detail: {} });
    expect(await world.look('codex.fired')).toMatchObject([{ status: 'ok' }]);
    world.write('.codex/sessions/2026/11/21/rollout-2026-11-21T09-00-00-a.jsonl', '{}\n');
    expect(await world.look('codex.fired')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('has gone on without hooks since') },
    ]);
  });

  it('that never ran are told when sessions went on for days behind setup', async () => {
    const world = await doctorWorld({ clients: ['codex'] });
    expect(await world.look('codex.fired')).toMatchObject([{ status: 'ok' }]);
    world.write('.codex/sessions/2026/11/21/rollout-2026-11-21T09-00-00-a.jsonl', '{}\n');
    const before = (Date.now() - 2 * DAY_MS) / 1000;
    utimesSync(join(world.home, 'setup.json'), before, before);
    expect(await world.look('codex.fired')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('has ever run') },
    ]);
  });
});

describe('transcripts', () => {
  const id = '0198f0d4-1111-7000-8000-000000000001';
  const line = (cwd: string, text: string): string =>
    `${JSON.stringify({
      type: 'user',
      uuid: `u-${text}`,
      parentUuid: null,
      sessionId: id,
      timestamp: '2026-11-21T09:00:00.000Z',
      cwd,
      message: { role: 'user', content: text },
    })}\n`;

  it('are captured, left behind, kept out, or paused', async () => {
    const world = await doctorWorld({
      clients: ['claude-code'],
      config: '[capture]\nexclude = ["/secret/**"]\n',
    });
    const look = () => world.look('claude-code.transcripts');
    expect(await look()).toMatchObject([{ status: 'ok', words: expect.stringContaining('no transcript') }]);

    const hourAgo = (Date.now() - HOUR_MS) / 1000;
    const path = `.claude/projects/-shop/${id}.jsonl`;
    const full = world.write(path, line('/shop', 'hello'));
    utimesSync(full, hourAgo, hourAgo);
    expect(await look()).toMatchObject([
      {
        status: 'warn',
        words: expect.stringContaining('None of the 1'),
        fix: 'midturn import --client claude-code',
      },
    ]);

    const plan = await world.app.planImport({ paths: [], confirmed: false });
    await (await world.app.capture()).run(plan, await world.app.self());
    expect(await look()).toMatchObject([
      { status: 'ok', words: expect.stringContaining('are captured (1 of') },
    ]);

    writeFileSync(full, `${line('/shop', 'hello')}${line('/shop', 'and more')}`);
    expect(await look()).toMatchObject([{ status: 'ok' }]);
    const halfAgo = (Date.now() - HOUR_MS / 2) / 1000;
    utimesSync(full, halfAgo, halfAgo);
    expect(await look()).toMatchObject([
      { status: 'warn', words: expect.stringContaining('1 of 1 transcripts') },
    ]);

    await (await world.app.capture()).run(
      await world.app.planImport({ paths: [], confirmed: false }),
      await world.app.self(),
    );
    const kept = world.write(
      `.claude/projects/-secret/${id.replace(/1$/, '2')}.jsonl`,
      line('/secret/plans', 'nobody hears this'),
    );
    utimesSync(kept, hourAgo, hourAgo);
    expect(await look()).toMatchObject([{ status: 'ok' }]);

    await world.app.pause(null);
    expect(await look()).toMatchObject([{ status: 'warn', fix: 'midturn resume' }]);
  });
});
