import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type HookRun, runHook } from '../../src/hooks/run.ts';
import type { DetachRequest } from '../../src/platform/detach.ts';
import { homeLayout } from '../../src/project/home.ts';
import { readLog } from '../../src/project/log-file.ts';
import { listSpool, readSpooled } from '../../src/project/spool.ts';
import { Connection } from '../../src/store/sqlite/connection.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { tempFolder } from '../support/temp-store.ts';

const SESSION = 'b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b';
const STOP = {
  session_id: SESSION,
  transcript_path: `/home/dev/.claude/projects/-home-dev-shop/${SESSION}.jsonl`,
  cwd: '/home/dev/shop',
  hook_event_name: 'Stop',
  stop_hook_active: false,
  last_assistant_message: 'done',
};
const PROGRAM = ['/usr/bin/node', '/app/midturn.cjs'] as const;

function place() {
  const root = tempFolder();
  const layout = homeLayout(join(root, 'home'));
  const started: DetachRequest[] = [];
  const run = async (argv: readonly string[], input: unknown, changes: Partial<HookRun> = {}) => {
    const stdin = new PassThrough();
    if (input !== undefined) stdin.end(typeof input === 'string' ? input : JSON.stringify(input));
    let printed = '';
    await runHook({
      argv,
      env: { HOME: root, MIDTURN_HOME: layout.root, CLAUDECODE: '1' },
      cwd: root,
      stdin,
      version: '9.9.9',
      elapsed: () => 12,
      print: async (text) => {
        printed += text;
      },
      program: PROGRAM,
      start: (request) => {
        started.push(request);
        return 4711;
      },
      limits: { totalMs: 60_000 },
      ...changes,
    });
    return printed;
  };
  const spooled = () => listSpool(layout).map((file) => readSpooled(layout, file));
  return { root, layout, started, run, spooled };
}

/** Files below a folder that hold a word. */
function filesWith(folder: string, word: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(word));
}

describe('session-start', () => {
  it('leaves the upgrade of an older store to the worker, and says nothing until then', async () => {
    const { root, layout, run, started, spooled } = place();
    mkdirSync(layout.root);
    const memoryTerms = () => [];
    const older = { path: layout.db, now: Date.now, memoryTerms, migrations: MIGRATIONS.slice(0, 1) };
    (await Connection.open(older)).close();
    const before = readFileSync(layout.db);
    const start = { session_id: SESSION, cwd: root, hook_event_name: 'SessionStart', source: 'startup' };
    expect(await run(['session-start'], start)).toBe('');
    expect(readFileSync(layout.db).equals(before)).toBe(true);
    expect(existsSync(layout.backups)).toBe(false);
    expect(spooled()).toMatchObject([{ kind: 'trouble', error: expect.stringContaining('older midturn') }]);
    expect(started.length).toBe(1);
  });

  it('starts a worker for what was left behind, and none for the word of another start', async () => {
    const { root, layout, run, started, spooled } = place();
    const start = { session_id: SESSION, cwd: root, hook_event_name: 'SessionStart', source: 'startup' };
    for (let times = 0; times < 2; times += 1) await run(['session-start'], start);
    expect([spooled().length, started.length]).toEqual([2, 0]);
    const [first = ''] = readdirSync(layout.spool);
    // Its name begins with the time at which it was left.
    renameSync(join(layout.spool, first), join(layout.spool, `000000000000001${first.slice(15)}`));
    await run(['session-start'], start);
    expect(started.length).toBe(1);
  });

  it('says in one line that the configuration cannot be used, to the person and to the model', async () => {
    const { root, layout, run, spooled } = place();
    mkdirSync(layout.root);
    writeFileSync(layout.config, '[review]\nenabled = true\n[review]\nprofile = "rules"\n');
    const start = { session_id: SESSION, cwd: root, hook_event_name: 'SessionStart', source: 'startup' };
    const said = JSON.parse(await run(['session-start'], start));
    expect(said.systemMessage).toMatch(
      /^midturn's configuration cannot be used, .*config\.toml.*validate`\.$/,
    );
    expect(said.hookSpecificOutput).toEqual({
      hookEventName: 'SessionStart',
      additionalContext: said.systemMessage,
    });
    expect(spooled()).toMatchObject([{ kind: 'trouble', event: 'session-start' }]);
    expect(await run(['post-tool'], { ...start, hook_event_name: 'PostToolUseFailure' })).toBe('');
  });

  it('names the tools as they are called where the hook is a plugin’s', async () => {
    const { root, layout, run } = place();
    const env = { HOME: root, MIDTURN_HOME: layout.root, CLAUDECODE: '1' };
    const start = { session_id: SESSION, cwd: root, hook_event_name: 'SessionStart', source: 'startup' };
    const own = await run(['session-start'], start, { env });
    const plugins = await run(['session-start'], start, { env: { ...env, CLAUDE_PLUGIN_ROOT: root } });
    expect(own).toContain('`mcp__midturn__recall`');
    expect(plugins).toBe(own.replace('mcp__midturn__', 'mcp__plugin_midturn_midturn__'));
  });
});

describe('stop-review', () => {
  it('leaves word of the turn, starts one worker and says nothing', async () => {
    const { layout, started, run, spooled } = place();
    expect(await run(['stop-review'], STOP)).toBe('');
    expect(await run(['stop-review'], { ...STOP, stop_hook_active: true })).toBe('');
    expect(spooled()).toMatchObject([
      { kind: 'turn-ended', event: 'stop-review', client: 'claude-code', session: SESSION, version: '9.9.9' },
      { kind: 'turn-ended' },
    ]);
    expect(started.map(({ argv, cwd }) => ({ argv, cwd }))).toEqual([
      { argv: [...PROGRAM, 'worker', '--home', layout.root], cwd: layout.root },
    ]);
    expect(await readLog(layout, { since: 0 })).toMatchObject([
      { kind: 'hook.stop-review', ok: true, worker: 'started', ms: 12 },
      { kind: 'hook.stop-review', ok: true, worker: 'starting' },
    ]);
  });

  it('answers as the system that it replaces when it is called like it', async () => {
    const { root, run, spooled } = place();
    expect(await run(['stop-review', '--from-stdin'], STOP)).toBe('{"continue":true}');
    expect(await run(['stop-review', '--from-stdin'], '{')).toBe('{"continue":true}');
    const file = join(root, 'payload.json');
    writeFileSync(file, JSON.stringify({ thread_id: 't-7', cwd: root }));
    expect(await run(['stop-review', '--hook-payload', file], undefined)).toBe('');
    expect(existsSync(file)).toBe(true);
    await run(['stop-review', `--hook-payload=${file}`, '--cleanup-payload'], undefined);
    expect(existsSync(file)).toBe(false);
    expect(spooled().map(({ session }) => session)).toEqual([SESSION, null, 't-7', 't-7']);
  });

  it('leaves nothing while capture rests', async () => {
    const { layout, started, run, spooled } = place();
    mkdirSync(layout.root, { recursive: true });
    writeFileSync(layout.pause, JSON.stringify({ since: '2026-01-01T00:00:00Z' }));
    expect(await run(['stop-review'], STOP)).toBe('');
    expect([spooled(), started]).toEqual([[], []]);
  });
});

describe('every hook', () => {
  const EVENTS = ['session-start', 'user-prompt', 'post-tool', 'stop-review', 'pre-compact', 'session-end'];

  it.each(EVENTS)('%s: says nothing to rubbish, and leaves word of it', async (event) => {
    for (const input of ['', 'no JSON', '[1]', '{"cut":', '\u0000']) {
      const { run, spooled } = place();
      expect(await run([event], input)).toBe('');
      expect(spooled()).toMatchObject([
        { kind: 'trouble', event, error: expect.stringContaining('payload') },
      ]);
    }
  });

  it.each(EVENTS)('%s: ends at once within an agent that midturn has started', async (event) => {
    const { layout, run } = place();
    const env = { HOME: layout.root, MIDTURN_HOME: layout.root, MIDTURN_AGENT: '1' };
    expect(await run([event], undefined, { env })).toBe('');
    expect(existsSync(layout.root)).toBe(false);
  });

  it.each(EVENTS)('%s: waits for a stdin that never ends no longer than its limit', async (event) => {
    const { run, spooled } = place();
    expect(await run([event], undefined, { limits: { totalMs: 60_000, stdinMs: 5 } })).toBe('');
    expect(spooled()).toMatchObject([{ kind: 'trouble', error: 'the payload is endless' }]);
  });

  it.each(EVENTS)('%s: is silent where there can be no home', async (event) => {
    const { root, run } = place();
    writeFileSync(join(root, 'file'), 'in the way');
    for (const home of [join(root, 'file'), join(root, 'file', 'below'), 'relative'])
      expect(await run([event], STOP, { env: { HOME: root, MIDTURN_HOME: home } })).toBe('');
  });

  it.skipIf(process.getuid?.() === 0).each(EVENTS)(
    '%s: is silent where nothing can be written',
    async (event) => {
      const { layout, run } = place();
      mkdirSync(layout.root, { recursive: true });
      chmodSync(layout.root, 0o500);
      expect(await run([event], STOP)).toBe('');
      expect(readdirSync(layout.root)).toEqual([]);
    },
  );

  it('ends with nothing when it took too long', async () => {
    const { run, spooled } = place();
    expect(
      await run(['session-start'], undefined, {
        limits: { totalMs: 20, leastMs: 0, stdinMs: 60_000 },
      }),
    ).toBe('');
    expect(spooled()).toMatchObject([{ kind: 'trouble', error: 'it took longer than 20 ms' }]);
  });
});

describe('session-start', () => {
  it('gives its text as hook JSON, and shows it to a person who asks', async () => {
    const { root, layout, run, spooled } = place();
    const answer = await run(['session-start'], { ...STOP, cwd: root, source: 'compact' });
    expect(JSON.parse(answer)).toEqual({
      hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: expect.any(String) },
    });
    expect(spooled()).toMatchObject([{ kind: 'session-started', reason: 'compact' }]);
    const text = await run(['session-start', '--cwd', root], undefined);
    expect(text).toMatch(/^[^{].*recall/s);
    const shown = JSON.parse(await run(['session-start', '--cwd', root, '--json'], undefined));
    expect(`${shown.text}\n`).toBe(text);
    expect(shown).toMatchObject({
      hook: 'session-start',
      cwd: root,
      home: layout.root,
      characters: expect.any(Number),
      recall: { contract: expect.stringContaining('recall') },
    });
    expect(spooled().length).toBe(1);
  });
});

describe('user-prompt', () => {
  it('makes no home to look up what cannot be there; nor does a command that has failed', async () => {
    const { root, layout, run } = place();
    const failed = {
      tool_name: 'Bash',
      tool_input: { command: 'npm test' },
      error: 'Exit code 1\nECONNREFUSED',
    };
    expect(await run(['user-prompt'], { ...STOP, cwd: root, prompt: 'Deploy it' })).toBe('');
    expect(await run(['post-tool'], { ...STOP, cwd: root, ...failed })).toBe('');
    expect(existsSync(layout.root)).toBe(false);
  });

  it('adds nothing to a prompt that nothing fits, and keeps no word of it', async () => {
    const { root, run, spooled } = place();
    expect(await run(['user-prompt'], { ...STOP, cwd: root, prompt: 'Deploy it to the moon' })).toBe('');
    expect(spooled()).toEqual([]);
    expect(filesWith(root, 'moon')).toEqual([]);
  });
});
