/**
 * A command that failed, something that was changed, and the same command passing: the pitfall and its resolution.
 * Within a turn or over turns of a session.
 */
import type { SnapshotMessage } from '../../model/review.ts';
import { clean } from '../../text/clean.ts';
import { commandKey, isSameTest, onlyChecks, onlyLooks } from './commands.ts';
import { isEverydayFix } from './everyday.ts';
import type { Finding } from './finding.ts';
import { summaryOf } from './wording.ts';

const MOST = 4;
const MOST_FILES = 8;
const MOST_COMMANDS = 5;
const MOST_LINES = 3;
const LONGEST_LINE = 220;
/** Stopped by a person or a time limit, not failed. */
const STOPPED = new Set([124, 130, 137, 143]);

type Step = {
  readonly message: SnapshotMessage;
  readonly key: string | null;
  readonly outcome: 'passed' | 'failed' | 'stopped' | 'unknown';
  readonly output: string;
  readonly wrote: readonly string[];
};

/** At most four, oldest first; only those whose passing run stands in a turn behind `after`. */
export function fixesIn(transcript: readonly SnapshotMessage[], after: number): Finding[] {
  const steps = stepsOf(transcript);
  const findings: Finding[] = [];
  const open = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    if (step.key === null || step.outcome === 'unknown' || step.outcome === 'stopped' || onlyLooks(step.key))
      continue;
    const key = step.key;
    const same = [...open.keys()].find((other) => isSameTest(other, key));
    if (step.outcome === 'failed') {
      if (same !== undefined) open.delete(same);
      open.set(key, index);
      continue;
    }
    const failedAt = same === undefined ? undefined : open.get(same);
    if (same === undefined || failedAt === undefined) continue;
    open.delete(same);
    if ((step.message.turn ?? Number.POSITIVE_INFINITY) <= after || findings.length >= MOST) continue;
    const found = fixOf(steps, failedAt, index, key);
    if (found !== null) findings.push(found);
  }
  return findings;
}

/** Calls with their results: one message holds both, or the result follows its call. */
function stepsOf(transcript: readonly SnapshotMessage[]): Step[] {
  const steps: Step[] = [];
  for (const [index, message] of transcript.entries()) {
    const { tool } = message;
    if (tool === null || message.by === 'person') continue;
    const isCall = message.role === 'assistant' && tool.exitCode === null && !tool.failed;
    if (isCall && hasResult(transcript, index)) continue;
    steps.push({
      message,
      key: tool.command === null ? null : commandKey(tool.command),
      outcome: outcomeOf(message, isCall),
      output: isCall ? '' : message.text,
      wrote: tool.failed ? [] : tool.wrote,
    });
  }
  return steps;
}

function hasResult(transcript: readonly SnapshotMessage[], index: number): boolean {
  const call = transcript[index]?.tool;
  for (let at = index + 1; at < Math.min(transcript.length, index + 20); at += 1) {
    const message = transcript[at];
    if (message?.role === 'tool' && message.tool?.command === call?.command) return true;
    if (message?.by === 'person') return false;
  }
  return false;
}

function outcomeOf({ tool, role }: SnapshotMessage, isCall: boolean): Step['outcome'] {
  if (tool === null || isCall) return 'unknown';
  if (tool.exitCode !== null && STOPPED.has(tool.exitCode)) return 'stopped';
  if (tool.failed || (tool.exitCode !== null && tool.exitCode !== 0)) return 'failed';
  return tool.exitCode === 0 || role === 'tool' ? 'passed' : 'unknown';
}

function fixOf(steps: readonly Step[], failedAt: number, passedAt: number, key: string): Finding | null {
  const failed = steps[failedAt];
  const passed = steps[passedAt];
  if (failed === undefined || passed === undefined || failed.key === null) return null;
  const error = errorOf(failed.output);
  if (error === null || isExpected(steps, failedAt)) return null;
  const between = steps.slice(failedAt + 1, passedAt);
  const files = [...new Set(between.flatMap(({ wrote }) => wrote))];
  const commands = [...new Set(between.flatMap((step) => (changes(step, key) ? (step.key ?? []) : [])))];
  if (files.length === 0 && commands.length === 0) return null;
  if (isEverydayFix(error.lines.join('\n'), files, commands) && !cameBefore(steps, failedAt, error))
    return null;
  const named = files.slice(0, MOST_FILES).map((file) => `\`${file}\``);
  const run = commands.slice(0, MOST_COMMANDS).map((command) => `\`${command}\``);
  const content = [
    `\`${failed.key}\` failed:`,
    ...error.lines.map((line) => `    ${line}`),
    ...(named.length > 0 ? [`Changed after that: ${named.join(', ')}.`] : []),
    ...(run.length > 0 ? [`Run after that: ${run.join(', ')}.`] : []),
    `Then \`${key}\` passed.`,
  ].join('\n');
  return {
    kind: 'fix',
    scope: 'project',
    content,
    summary: summaryOf(error.title),
    paths: files.slice(0, MOST_FILES).filter((file) => !/^(?:[/~]|[a-z]:)/i.test(file)),
    message: passed.message,
    against: null,
  };
}

/** A command that may have mended it: it passed, and does more than look or check. */
function changes({ key, outcome }: Step, test: string): boolean {
  return (
    key !== null && outcome === 'passed' && !onlyLooks(key) && !onlyChecks(key) && !isSameTest(key, test)
  );
}

/** The same error, with a run that passed since: what comes back is a pitfall, whatever mended it. */
function cameBefore(steps: readonly Step[], failedAt: number, { title }: ErrorText): boolean {
  const before = steps.slice(0, failedAt);
  const last = before.findLastIndex(
    (step) => step.outcome === 'failed' && errorOf(step.output)?.title === title,
  );
  const key = before[last]?.key ?? null;
  if (key === null) return false;
  return before
    .slice(last + 1)
    .some((step) => step.outcome === 'passed' && step.key !== null && isSameTest(step.key, key));
}

const TEST_FILE = /(?:^|\/)(?:tests?|spec|__tests__)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[\w-]+\.py$/;
const ASSERTS =
  /\b(?:assert(?:ion)?(?:error)?|expected|expect\(|toBe|not ok|to equal|should (?:be|have|equal))/i;

/** A test written first fails first: nothing was learned from that. */
function isExpected(steps: readonly Step[], failedAt: number): boolean {
  const failed = steps[failedAt];
  if (failed === undefined || !ASSERTS.test(failed.output.slice(0, 4_000))) return false;
  const before = steps.slice(Math.max(0, failedAt - 4), failedAt).flatMap(({ wrote }) => wrote);
  return before.length > 0 && before.every((file) => TEST_FILE.test(file));
}

const ERROR =
  /\b(?:\w*error|\w*exception|fatal|panic(?:ked)?|cannot|can't|could not|couldn't|unable to|not found|no such|no module|denied|refused|undefined|unresolved|unexpected|invalid|missing|timed? ?out|timeout|failed to|failed|assert\w*|conflict|segfault|unknown|unsupported|incompatible|not allowed|mismatch|E[A-Z]{4,}|[A-Z]{1,3}\d{4})\b|[✗✖×❌]|^\s*E\s{2,}/i;
const EMPTY_ERROR =
  /^(?:(?:error: )?(?:process exited with |command )?(?:exit )?(?:code|status):? \d+|(?:error: )?exit code:? \d+|command failed.*|\d+ failed.*|(?:npm|pnpm|yarn) (?:err!|error).{0,40}(?:code|errno|lifecycle|elifecycle|command).*|error: command .* failed.*|elifecycle.*|\(no output\))$/i;
const NOISE = /^(?:[\s=#*_~-]+|at \S.*|> .*|\$ .*|\s*\^+\s*|Traceback \(most recent call last\):|File ".*)$/;

type ErrorText = { readonly title: string; readonly lines: readonly string[] };

/** The first lines that tell what was wrong; null where nothing does. */
function errorOf(output: string): ErrorText | null {
  const lines = clean(output)
    .slice(0, 40_000)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !NOISE.test(line) && !EMPTY_ERROR.test(line));
  const telling = lines.filter(
    (line) => ERROR.test(line) && !/\b(?:0|no) (?:errors?|failures?|failed)\b/i.test(line),
  );
  const chosen = (telling.length > 0 ? telling : lines.slice(-1)).map((line) => line.slice(0, LONGEST_LINE));
  const [title] = chosen;
  if (title === undefined) return null;
  return { title: title.replace(/^E\s+/, ''), lines: [...new Set(chosen)].slice(0, MOST_LINES) };
}
