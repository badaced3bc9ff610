/** `midturn compile`, `compile-preflight` and `scan`: what was suggested becomes memory. */
import { Option } from 'commander';
import { runLoop } from '../app/loop/loop.ts';
import type { CompileResult, Preflight, ScanResult } from '../compile/index.ts';
import { BACKENDS } from '../model/backend.ts';
import { clean } from '../text/clean.ts';
import { discardedLines, receiptsWords } from '../text/run-words.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, counted } from './layout.ts';
import { isScheduled, noted } from './scheduled.ts';

const MOST = 1_000_000;

export function compileCommands(program: Command, act: Act): void {
  options(
    program
      .command('compile')
      .summary('make memory of what was suggested')
      .description(
        'Makes memory of what was suggested for this project, takes over what you have edited in USER.md, MEMORY.md and RECALL.md, and writes them anew.',
      ),
  )
    .option('--once', 'accepted for older scripts: it is always one run')
    .examples('midturn compile', 'midturn compile --dry-run', 'midturn compile --limit 50 --json')
    .action(act(compile));
  program
    .command('compile-preflight')
    .summary('whether there is anything to compile')
    .description('Says whether a compile would run: run, skip_empty or skip_locked. Changes nothing.')
    .examples('midturn compile-preflight --json')
    .action(act(preflight));
  options(
    program
      .command('scan')
      .summary('compile every project')
      .description('Compiles every project that has something to compile. What fails in one stops no other.'),
  )
    .addOption(new Option('--scheduled', 'a scheduler has started it').hideHelp())
    .examples('midturn scan', 'midturn scan --json')
    .action(act(scan));
}

function options(command: Command): Command {
  command
    .addOption(
      new Option(
        '--backend <backend>',
        'who decides what becomes of each suggestion (default: script, which asks no model)',
      ).choices(BACKENDS),
    )
    .option('--dry-run', 'show what would happen; nothing is written, and no agent is asked')
    .option('--limit <items>', 'at most so many items');
  return command;
}

async function compile(invocation: Invocation): Promise<number> {
  const service = await invocation.app.compile();
  const result = await withInterrupt(invocation, async (signal) =>
    service.compile(await callerOf(invocation), {
      ...requestOf(invocation),
      insists: invocation.facts.personPresent && invocation.flags.text('backend') !== undefined,
      signal,
    }),
  );
  if (invocation.json) invocation.printJson(result);
  else invocation.print(...linesOf(result));
  return 0;
}

function scan(invocation: Invocation): Promise<number> {
  return noted(invocation, () => scanAll(invocation));
}

async function scanAll(invocation: Invocation): Promise<number> {
  const service = await invocation.app.compile();
  const result = await withInterrupt(invocation, async (signal) => {
    // What hooks have left comes first: it is what there is to compile.
    if (!invocation.flags.has('dry-run')) await runLoop(invocation.app, { signal, compiles: false });
    return service.scan(await callerOf(invocation), { ...requestOf(invocation), signal });
  });
  if (invocation.json) invocation.printJson(result);
  else if (!isScheduled(invocation)) invocation.print(...scanned(result, invocation.flags.has('dry-run')));
  return result.counts.failed > 0 ? 1 : 0;
}

async function preflight(invocation: Invocation): Promise<number> {
  const found = await (await invocation.app.compile()).preflight(await invocation.caller());
  if (invocation.json) invocation.printJson(found);
  else invocation.print(preflightWords(found));
  return 0;
}

/** Not watched for what becomes stale: rendering is a part of it. */
function callerOf({ app, facts }: Invocation) {
  return app.caller(facts);
}

function requestOf({ flags }: Invocation) {
  const backend = flags.choice('backend', BACKENDS);
  const limit = flags.whole('limit', { least: 1, most: MOST });
  return {
    dryRun: flags.has('dry-run'),
    ...(backend === undefined ? {} : { backend }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Ctrl-C ends it after the batch that is under way: the rest stays in the queue. */
async function withInterrupt<T>({ io }: Invocation, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = io.onInterrupt(() => controller.abort());
  try {
    return await act(controller.signal);
  } finally {
    release();
  }
}

function preflightWords({ status, pending, lock, stale, due }: Preflight): string {
  if (status === 'skip_locked') {
    return `skip_locked: process ${lock?.pid ?? 0} has been compiling since ${lock?.since ?? 'an unknown time'}.`;
  }
  const over = stale === undefined ? '' : `, and a lock that does not count: ${stale}`;
  return status === 'skip_empty'
    ? 'skip_empty: nothing is to be compiled.'
    : `run: ${dueWords(due, pending)}${over}.`;
}

const FILES_DUE = {
  edited: 'a file was edited by hand',
  stale: 'memory has changed since its files were written',
  skills: 'the folders of skills are not up to date',
} as const;

function dueWords(due: Preflight['due'], pending: number): string {
  const { suggestions = pending, inbox = 0, expired = false, files = null } = due ?? {};
  const parts = [
    ...(suggestions > 0 ? [`${counted(suggestions, 'suggestion')} in the queue`] : []),
    ...(inbox > 0 ? [`${counted(inbox, 'file')} in the inbox`] : []),
    ...(files === null ? [] : [FILES_DUE[files]]),
    ...(expired ? ['the time of some memories has passed'] : []),
  ];
  return parts.join('; ');
}

function linesOf(result: CompileResult): string[] {
  const { run_status, processed, lock, fallback, notices = [], plan = [] } = result;
  const items = counted(processed, 'suggestion');
  const head = {
    success: compiledWords(result, items),
    skip_empty: 'Nothing to compile.',
    skip_locked: `Another compile is running (process ${lock?.pid ?? 0}): nothing was done.`,
    plan: `A plan for ${items}; nothing was written.`,
  }[run_status];
  const rows = Object.entries(result.actions).filter(([, count]) => count > 0);
  return [
    ...(head === null ? [] : [head]),
    ...columns(rows.map(([action, count]) => [action, count])),
    ...(run_status === 'plan' ? [] : discardedLines(result).map((line) => `  ${clean(line)}`)),
    ...(result.cancelled === true ? ['Interrupted: the rest stays in the queue.'] : []),
    ...(fallback === undefined ? [] : [`Done by ${fallback.backend}: ${clean(fallback.reason)}.`]),
    ...plan.map(
      ({ id, outcome, title, reason }) =>
        `  ${id}  ${outcome}  ${clean(title)}${reason === undefined ? '' : ` (${clean(reason)})`}`,
    ),
    ...(result.waiting > 0 ? [`${result.waiting} need your review: \`midturn review\`.`] : []),
    ...notices.map(clean),
  ];
}

/** Null where the files had all there was to do: their notices say it. */
function compiledWords(result: CompileResult, items: string): string | null {
  const { processed, notices = [] } = result;
  if (processed === 0)
    return notices.length > 0 ? null : 'The files are up to date; nothing was in the queue.';
  return `Compiled ${items}${receiptsWords(result)}.`;
}

function scanned({ results, counts, aggregate, notices = [] }: ScanResult, dryRun: boolean): string[] {
  // A project without anything to do is none of the person's business.
  const rows = results.flatMap((result) => {
    if ('error' in result) return [[clean(result.name), `failed: ${clean(result.error)}`]];
    const { name, run_status, processed } = result;
    if (run_status === 'skip_empty' || (run_status === 'plan' && processed === 0)) return [];
    return [[clean(name), `${dryRun ? '' : `${run_status}, `}${counted(processed, 'suggestion')}`]];
  });
  const done = dryRun ? 'would compile' : 'compiled';
  return [
    `${counted(aggregate.projects, 'project')}: ${counts.run} ${done}, ${counts.skipped} skipped, ${counts.failed} failed; ${counted(aggregate.processed, 'suggestion')}.`,
    ...columns(rows),
    ...notices.map(clean),
  ];
}
