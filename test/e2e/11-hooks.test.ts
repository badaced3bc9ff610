/** Hooks as the clients call them, and the worker that they start: real processes, real transcripts, one home. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/project/home.ts';
import { readLog } from '../../src/project/log-file.ts';
import { appendSpool, countBroken, listSpool } from '../../src/project/spool.ts';
import { BIN, environment, finished, NODE, run, start } from '../support/built-program.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const EVENTS = ['session-start', 'user-prompt', 'post-tool', 'stop-review', 'pre-compact', 'session-end'];
const PLAIN = {
  codex:
    'codex/plain/sessions/2026/11/21/rollout-2026-11-21T09-00-35-01a1fd56-0643-7f01-b87b-c941763249c5.jsonl',
  claude: 'claude-code/plain/projects/-home-dev-shop/37715f12-131c-4d6c-a82d-c77ec3694927.jsonl',
};

function place() {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd, layout: homeLayout(join(home, '.midturn')) };
}
type Place = ReturnType<typeof place>;

/** A rollout where Codex would have it. */
function rollout({ home }: Place): string {
  const path = join(home, '.codex', PLAIN.codex.split('/').slice(2).join('/'));
  mkdirSync(dirname(path), { recursive: true });
  cpSync(join(FIXTURES, PLAIN.codex), path);
  return path;
}

/** A transcript of Claude Code with a session id of its own. */
function transcript({ home }: Place, number = 0): { path: string; session: string } {
  const first = PLAIN.claude.slice(-42, -6);
  const session = `${String(number).padStart(8, '0')}${first.slice(8)}`;
  const path = join(home, '.claude/projects/-home-dev-shop', `${session}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  const text = readFileSync(join(FIXTURES, PLAIN.claude), 'utf8')
    .replaceAll(first, session)
    .replaceAll('"uuid":"', `"uuid":"${number}-`)
    .replaceAll('"parentUuid":"', `"parentUuid":"${number}-`)
    .replaceAll('pnpm in this repo', `pnpm in repo ${number}`);
  writeFileSync(path, text);
  return { path, session };
}

const codexPayload = (at: Place, path: string, more: Record<string, unknown> = {}) => ({
  session_id: '01a1fd56-0643-7f01-b87b-c941763249c5',
  turn_id: '01a1fd56-066c-7a62-8121-38c9a3620821',
  transcript_path: path,
  cwd: at.cwd,
  model: 'fake-model',
  permission_mode: 'bypassPermissions',
  ...more,
});
const claudePayload = (at: Place, path: string, session: string, more: Record<string, unknown> = {}) => ({
  session_id: session,
  transcript_path: path,
  cwd: at.cwd,
  prompt_id: '0a96dfa0-0000-4000-8000-000000000000',
  ...more,
});
const OF_EVENT: Record<string, Record<string, unknown>> = {
  'session-start': { hook_event_name: 'SessionStart', source: 'startup' },
  'user-prompt': { hook_event_name: 'UserPromptSubmit', prompt: 'Which package manager do we use?' },
  'post-tool': {
    hook_event_name: 'PostToolUseFailure',
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
    tool_use_id: 'toolu_1',
    error: 'Exit code 1\nECONNREFUSED 127.0.0.1:5432',
  },
  'stop-review': { hook_event_name: 'Stop', stop_hook_active: false, last_assistant_message: 'Understood.' },
  'pre-compact': { hook_event_name: 'PreCompact', trigger: 'auto' },
  'session-end': { hook_event_name: 'SessionEnd', reason: 'other' },
};

const hook = (at: Place, event: string, payload: unknown, env: Record<string, string> = {}) =>
  run([event], { ...at, env, input: typeof payload === 'string' ? payload : JSON.stringify(payload) });

/** Processes of this home that still run; null where the system does not tell. */
function processesOf({ home }: Place): string[] | null {
  if (process.platform !== 'linux') return null;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(join(home, '.midturn')) ? [line] : [];
      } catch {
        return [];
      }
    });
}

async function until(holds: () => boolean): Promise<void> {
  for (let looks = 0; !holds() && looks < 1200; looks += 1) await sleep(25);
  expect(holds()).toBe(true);
}

/** Nothing waits, and nobody works. */
async function settled(at: Place): Promise<void> {
  const lock = join(at.layout.root, 'worker.lock');
  const claim = join(at.layout.root, 'worker.starting');
  await until(() => listSpool(at.layout).length === 0 && !existsSync(lock) && !existsSync(claim));
  await until(() => (processesOf(at) ?? []).length === 0);
}

/** As a hook does whose worker could not be started. */
function leaveWord(at: Place, transcript: string, session: string): void {
  appendSpool(at.layout, {
    kind: 'turn-ended',
    at: Date.now(),
    event: 'stop-review',
    client: 'claude-code',
    session,
    turn: null,
    transcript,
    cwd: at.cwd,
    ms: 1,
    version: '0',
    error: null,
    reason: null,
  });
}

async function counts(at: Place): Promise<{ sessions: number; messages: number }> {
  const { stdout } = await run(['status', '--json'], at);
  return JSON.parse(stdout).counts;
}

describe('each hook', () => {
  it.each(EVENTS)(
    '%s: answers Codex and Claude Code with nothing or with hook JSON, and with status 0',
    async (event) => {
      const at = place();
      const { path, session } = transcript(at);
      const more = OF_EVENT[event] ?? {};
      for (const payload of [codexPayload(at, rollout(at), more), claudePayload(at, path, session, more)]) {
        const { code, stdout, stderr } = await hook(at, event, payload);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        if (event !== 'session-start') expect(stdout).toBe('');
        else
          expect(JSON.parse(stdout)).toMatchObject({
            hookSpecificOutput: {
              hookEventName: 'SessionStart',
              additionalContext: expect.stringMatching(/^[^[{]/),
            },
          });
      }
      // A prompt and a start leave word as well, for whoever works next.
      await run(['worker'], at);
      await settled(at);
    },
  );

  it('ends with status 0 and without a word on a pipe that nobody closes, rubbish and a home that is a file', async () => {
    const at = place();
    const open = start(['stop-review'], at);
    const opened = finished(open);
    open.stdin?.write('{"session_id":');
    const broken = { MIDTURN_HOME: join(at.home, 'a-file') };
    writeFileSync(broken.MIDTURN_HOME, '');
    for (const answer of [
      await opened,
      await hook(at, 'session-start', 'rubbish'),
      await hook(at, 'user-prompt', OF_EVENT['user-prompt'], broken),
      await hook(at, 'session-start', OF_EVENT['session-start'], broken),
      await hook(at, 'stop-review', OF_EVENT['stop-review'], broken),
    ])
      expect(answer).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await settled(at);
    const { stdout } = await run(['status', '--json'], at);
    expect(JSON.parse(stdout).counters).toMatchObject({ 'hook.failures': 2 });
  });
});

describe('the worker', () => {
  it('captures the turn that has ended, notes when the hook ran, and is gone', async () => {
    const at = place();
    await hook(at, 'stop-review', codexPayload(at, rollout(at), OF_EVENT['stop-review']));
    await settled(at);
    const { stdout } = await run(['history', 'pnpm', '--project', 'all', '--json'], at);
    expect(JSON.parse(stdout).hits.length).toBeGreaterThan(0);
    const store = await tempStore(at.layout.root);
    expect(await store.health.note('hook.stop-review.codex')).toMatchObject({
      error: null,
      detail: { ms: expect.any(Number), version: expect.any(String) },
    });
  });

  it('takes every turn of fifty that end at once, one at a time, and leaves no process behind', async () => {
    const at = place();
    const all = Array.from({ length: 50 }, (_, number) => transcript(at, number));
    const answers = await Promise.all(
      all.map(({ path, session }) =>
        hook(at, 'stop-review', claudePayload(at, path, session, OF_EVENT['stop-review'])),
      ),
    );
    expect(answers.every(({ code, stdout }) => code === 0 && stdout === '')).toBe(true);
    await settled(at);
    expect((await counts(at)).sessions).toBe(50);
    const lines = await readLog(at.layout, { since: 0 });
    const started = lines.filter(({ worker }) => worker === 'started').length;
    const worked = lines.filter(({ kind, status }) => kind === 'worker' && status === 'done');
    expect(started).toBeGreaterThan(0);
    // One that was started while another was still at it has done nothing.
    expect(worked.length).toBeLessThanOrEqual(started);
    // Two at once would take some of them twice. How many were started one after another is the system's to say.
    expect(worked.reduce((sum, { done }) => sum + Number(done), 0)).toBe(50);
  }, 120_000);

  it.skipIf(process.platform === 'win32')('outlives the group of the hook that has started it', async () => {
    const at = place();
    const payload = codexPayload(at, rollout(at), OF_EVENT['stop-review']);
    const child = spawn(NODE, [BIN, 'stop-review'], {
      cwd: at.cwd,
      env: environment(at.home),
      detached: true,
      stdio: 'pipe',
    });
    const { pid = 0 } = child;
    // As Codex does when it ends: whatever is left of the group gets its signals at once.
    child.once('exit', () => {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        try {
          process.kill(-pid, signal);
        } catch {
          // Nothing is left of it.
        }
      }
    });
    expect((await finished(child, JSON.stringify(payload))).code).toBe(0);
    await settled(at);
    expect((await counts(at)).sessions).toBe(1);
  });

  it('goes on where one was killed', async () => {
    const at = place();
    let made = 0;
    // On a busy machine a worker may be done before it is looked at: then there is more to do for the next one.
    do {
      for (let more = 0; more < 30; more += 1) {
        const { path, session } = transcript(at, made);
        leaveWord(at, path, session);
        made += 1;
      }
      const before = listSpool(at.layout).length;
      const first = start(['worker'], at);
      const ended = finished(first, '');
      await until(() => listSpool(at.layout).length < before);
      first.kill('SIGKILL');
      await ended;
    } while (listSpool(at.layout).length === 0 && made < 300);
    expect(listSpool(at.layout).length).toBeGreaterThan(0);
    expect((await run(['worker'], at)).code).toBe(0);
    await settled(at);
    expect((await counts(at)).sessions).toBe(made);
    expect(countBroken(at.layout)).toBe(0);
  }, 120_000);

  it('reads no other file that a hook names', async () => {
    const at = place();
    const { path, session } = transcript(at);
    const other = join(at.home, 'notes.txt');
    writeFileSync(other, readFileSync(path));
    rmSync(path);
    symlinkSync(other, path);
    for (const named of [path, other])
      await hook(at, 'session-end', claudePayload(at, named, session, OF_EVENT['session-end']));
    for (let tries = 0; tries < 8; tries += 1) await run(['worker'], at);
    await settled(at);
    expect(countBroken(at.layout)).toBe(2);
    expect((await counts(at)).messages).toBe(0);
  });

  it('makes no home where there is none any more, and ends when its own is removed', async () => {
    const at = place();
    expect(await run(['worker'], at)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(at.layout.root)).toBe(false);
    // Codex writes the end of a turn behind its hook: the worker waits for it.
    const path = rollout(at);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('task_complete', 'task_going_on'));
    await hook(at, 'stop-review', codexPayload(at, path, OF_EVENT['stop-review']));
    await until(() => existsSync(join(at.layout.root, 'worker.lock')));
    rmSync(at.layout.root, { recursive: true });
    await until(() => (processesOf(at) ?? []).length === 0);
    expect(existsSync(at.layout.root)).toBe(false);
  });

  it('puts a broken file aside and counts it', async () => {
    const at = place();
    const { path, session } = transcript(at);
    mkdirSync(at.layout.spool, { recursive: true });
    writeFileSync(join(at.layout.spool, '000000000000001-000001-0000000a.json'), '{"v":1,"kind":');
    await hook(at, 'stop-review', claudePayload(at, path, session, OF_EVENT['stop-review']));
    await settled(at);
    expect(countBroken(at.layout)).toBe(1);
    expect((await counts(at)).sessions).toBe(1);
    const { stdout } = await run(['status', '--json'], at);
    expect(JSON.parse(stdout).counters).toMatchObject({ 'spool.broken': 1 });
  });

  it('gives a file up that fails again and again', async () => {
    const at = place();
    const odd = join(at.home, 'notes.jsonl');
    writeFileSync(odd, '{}\n');
    await hook(at, 'pre-compact', claudePayload(at, odd, 'x', OF_EVENT['pre-compact']));
    // The hook's own worker may still be at it.
    for (let tries = 0; tries < 8; tries += 1) await run(['worker'], at);
    await settled(at);
    expect(countBroken(at.layout)).toBe(1);
  });

  it('leaves nothing for `midturn scan` to be told of twice', async () => {
    const at = place();
    const { path, session } = transcript(at);
    leaveWord(at, path, session);
    expect(listSpool(at.layout).length).toBe(1);
    expect((await run(['scan'], at)).code).toBe(0);
    expect(listSpool(at.layout)).toEqual([]);
    expect((await counts(at)).sessions).toBe(1);
  });

  it('waits while capture is paused, and takes what it found when it goes on', async () => {
    const at = place();
    const { path, session } = transcript(at);
    await run(['pause'], at);
    await hook(at, 'stop-review', claudePayload(at, path, session, OF_EVENT['stop-review']));
    expect(listSpool(at.layout)).toEqual([]);
    expect((await run(['worker', '--json'], at)).stdout).toContain('"paused"');
    await run(['resume'], at);
    await hook(at, 'stop-review', claudePayload(at, path, session, OF_EVENT['stop-review']));
    await settled(at);
    expect((await counts(at)).sessions).toBe(1);
  });
});

/** Holds the store until it is told to let go. */
async function locked(at: Place, how: readonly string[]): Promise<() => Promise<void>> {
  const script = `
    const db = new (require('better-sqlite3'))(process.argv[1]);
    for (const sql of process.argv.slice(2)) db.exec(sql);
    process.stdout.write('held');
    process.stdin.resume().on('end', () => { db.exec('COMMIT'); db.close(); });
  `;
  const holder: ChildProcess = spawn(NODE, ['-e', script, at.layout.db, ...how], {
    cwd: dirname(dirname(BIN)),
    env: environment(at.home),
    stdio: 'pipe',
  });
  const done = finished(holder);
  await new Promise<void>((resolve) => holder.stdout?.once('data', () => resolve()));
  return async () => {
    holder.stdin?.end();
    await done;
  };
}

describe('a store that another process has locked', () => {
  it.each([
    ['for writing', ['BEGIN EXCLUSIVE', 'CREATE TABLE held (x)', 'DROP TABLE held'], true],
    [
      'for everything',
      ['PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', 'CREATE TABLE held (x)', 'DROP TABLE held'],
      false,
    ],
  ])(
    '%s: hooks return, and nothing is lost',
    async (_, how, canRead) => {
      const at = place();
      // The project is known by then: one that is new has to be recorded.
      await run(['status'], at);
      await hook(at, 'session-start', OF_EVENT['session-start']);
      await run(['worker'], at);
      const { path, session } = transcript(at);
      const release = await locked(at, how);
      for (const event of EVENTS) {
        const answer = await hook(at, event, claudePayload(at, path, session, OF_EVENT[event] ?? {}));
        expect(answer).toMatchObject({ code: 0, stderr: '' });
        if (answer.stdout !== '') expect(JSON.parse(answer.stdout)).toHaveProperty('hookSpecificOutput');
      }
      for (const source of ['startup', 'compact']) {
        const start = claudePayload(at, path, session, { hook_event_name: 'SessionStart', source });
        expect((await hook(at, 'session-start', start)).stdout !== '').toBe(canRead);
      }
      // Still locked: the hooks have not waited for it.
      expect(listSpool(at.layout).some(({ at: time }) => time > 0)).toBe(true);
      await release();
      await run(['worker'], at);
      await settled(at);
      expect((await counts(at)).sessions).toBe(1);
    },
    60_000,
  );
});
