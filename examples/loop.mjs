/**
 * The part of `npm run demo` in which nobody calls a tool: two sessions, the hooks as their clients call them, and the
 * worker that a hook leaves behind. No client has to be installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claudeSession, codexSession } from './sessions.mjs';

const PREFERENCE = 'From now on always use pnpm in this repository, never npm. Then make the build pass.';
const BUILD = 'node build.js';
const FAILURE = "Error: ENOENT: no such file or directory, open 'generated/schema.json'";
const TRACE = `${FAILURE}\n    at Object.openSync (node:fs:573:18)\n    at build.js:4:9\n`;
/** The end of a turn is captured, reviewed and compiled in about two seconds; a busy machine may take longer. */
const PATIENCE_MS = 60_000;

/** @param stage `{bin, home, env, cwd, title, indent, midturn}`: the demo's home, and how it shows things */
export async function playLoop(stage) {
  const { title, indent, midturn } = stage;

  title('10. Now without any call of a tool. A session of Codex, with the hooks that `midturn setup` writes');
  const codex = codexSession(stage);
  expectTold(stage, callHook(stage, codex, 'session-start', { source: 'startup' }), 'in cents');
  console.log(`\n  user: ${PREFERENCE}`);
  codex.say(PREFERENCE);
  for (const [command, code, output] of [
    [BUILD, 1, TRACE],
    ['node make-schema.js', 0, 'wrote generated/schema.json\n'],
    [BUILD, 0, 'built 14 modules\n'],
  ]) {
    console.log(`  $ ${command}    exit ${code}`);
    codex.run(command, code, output);
  }
  codex.answer('build.js reads a file that make-schema.js writes. It passes now.');
  expectSilent(callHook(stage, codex, 'stop-review', { stop_hook_active: false }));

  title('11. In the background the turn is captured, reviewed by rules (no model) and compiled');
  console.log(indent(`done after ${(await settled(stage)).toFixed(1)} s; the worker has ended`));
  const { memories } = JSON.parse(midturn('memories', 'list', '--json'));
  const learned = memories.find(({ content }) => content.includes('pnpm'));
  expect(learned !== undefined, 'nothing was learned of pnpm');
  console.log(indent(`[${learned.id}] said by ${learned.origin}: ${learned.content}`, '  | '));

  title('12. The next session, this time of Claude Code, is told so before its first prompt');
  const claude = claudeSession(stage);
  expectTold(stage, callHook(stage, claude, 'session-start', { source: 'startup' }), 'pnpm');
  const prompt = 'Write a limerick about lighthouses';
  console.log(`\n  user: ${prompt}`);
  claude.say(prompt);
  expectSilent(callHook(stage, claude, 'user-prompt', { prompt }));

  title('13. A command fails as it did in that earlier session: the hook says what mended it');
  console.log(`  $ ${BUILD}    exit 1\n${indent(FAILURE, '  | ')}`);
  const failed = { tool_name: 'Bash', tool_use_id: 'toolu_demo', tool_input: { command: BUILD } };
  const answer = callHook(stage, claude, 'post-tool', { ...failed, error: `Exit code 1\n${TRACE}` });
  expectTold(stage, answer, 'make-schema.js');

  title('14. The session ends. What all of it has cost, and how it went');
  claude.answer('There once was a light on a rock');
  expectSilent(callHook(stage, claude, 'session-end', { reason: 'other' }));
  await settled(stage);
  for (const command of ['usage', 'status']) console.log(`${indent(midturn(command))}\n`);
}

/** Calls a hook as its client does: a process, the payload on stdin, hook JSON or nothing as the answer. */
function callHook({ bin, env, cwd }, { client, payload }, event, more) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, event, '--client', client], {
    cwd,
    env,
    input: JSON.stringify({ ...payload, ...more }),
    encoding: 'utf8',
  });
  const ms = Math.round(performance.now() - began);
  expect(status === 0 && stderr === '', `${event} ended with ${status}: ${stderr}`);
  const text = stdout === '' ? '' : JSON.parse(stdout).hookSpecificOutput.additionalContext;
  console.log(`\n  > midturn ${event}: ${ms} ms, ${text.length} characters for the model`);
  return { event, text };
}

function expectTold({ indent }, { event, text }, words) {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes(words));
  expect(at !== -1, `${event} did not tell of ${words}, but: ${text}`);
  console.log(indent(lines.slice(Math.max(0, at - 1), at + 2).join('\n'), '  | '));
}

function expectSilent({ event, text }) {
  expect(text === '', `${event} had to give the model nothing, but gave: ${text}`);
}

/** Waits until what the hooks have left is done and the worker has ended; answers after how many seconds. */
async function settled({ env, midturn }) {
  const began = performance.now();
  const [spool, ...locks] = ['spool', 'worker.lock', 'worker.starting'].map((name) =>
    join(env.MIDTURN_HOME, name),
  );
  for (;;) {
    expect(performance.now() - began < PATIENCE_MS, `the worker was not done after ${PATIENCE_MS} ms`);
    const left = readdirSync(spool).filter((name) => name.endsWith('.json'));
    if (left.length === 0 && !locks.some((lock) => existsSync(lock))) {
      const { reviews, suggestions } = JSON.parse(midturn('status', '--json')).queue;
      expect(suggestions.failed === 0, 'a suggestion has failed');
      if (reviews.queued + reviews.running + suggestions.pending + suggestions.processing === 0)
        return (performance.now() - began) / 1000;
    }
    await sleep(50);
  }
}

function expect(holds, words) {
  if (!holds) throw new Error(words);
}
