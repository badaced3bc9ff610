/** `midturn usage`: what reviews and compiling agents have cost, what today's budget leaves, and how the last ones ended. */

import { iso } from '../model/time.ts';
import type { UsageReport } from '../review/index.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, count, counted, oneLine, time } from './layout.ts';

const DAYS = { least: 1, most: 366 };
const DEFAULT_DAYS = 7;
/** Least width that is left for an error. */
const ERROR_WIDTH = 60;

type Job = UsageReport['last'][number];

export function usageCommand(program: Command, act: Act): void {
  program
    .command('usage')
    .summary('what models have cost, and what is left of the budget')
    .description(
      'Shows the calls and tokens of reviewers and of agents that compile by day, what the budget of today (UTC) leaves, the reviews that a budget has stopped, and how the last ones ended.',
    )
    .option('--days <n>', `how many days, today with them (default: ${DEFAULT_DAYS})`)
    .option(
      '--retry',
      'try failed and waiting reviews again, once the cause is mended; `midturn scan` runs them',
    )
    .examples('midturn usage', 'midturn usage --days 30 --json', 'midturn usage --retry')
    .action(act(usage));
}

async function usage(invocation: Invocation): Promise<number> {
  const days = invocation.flags.whole('days', DAYS) ?? DEFAULT_DAYS;
  const caller = await invocation.reader();
  const review = await invocation.app.review();
  const retried = invocation.flags.has('retry') ? await review.retry(caller) : null;
  const report = await review.usage(caller, { days });
  if (invocation.json) invocation.printJson({ ...(retried === null ? {} : { retried }), ...jsonOf(report) });
  else if (retried !== null) invocation.print(retriedWords(retried));
  else invocation.print(...linesOf(report, days, invocation.io.columns.stdout));
  return 0;
}

function retriedWords(retried: number): string {
  if (retried === 0) return 'No review has failed or waits after a failure.';
  const one = retried === 1;
  return `${counted(retried, 'review')} ${one ? 'is' : 'are'} tried again: when a session ends, or with midturn scan.`;
}

function linesOf(report: UsageReport, days: number, width: number): string[] {
  const { reviewer, today, ledger, stopped, jobs } = report;
  // Told in a list of their own: once is enough.
  const last = report.last.filter(({ id }) => !stopped.some((job) => job.id === id));
  const { calls, tokens } = today;
  const { profile, provider, model } = reviewer;
  const means = [...(provider === profile ? [] : [provider]), ...(model === null ? [] : [model])].join(' ');
  const name = means === '' ? profile : `${profile} (${means})`;
  const lines = [
    `Reviewer: ${clean(name)}${reviewer.enabled ? '' : ' (switched off)'}, ${reviewer.paid ? 'paid' : 'costs nothing'}`,
    `Today: ${usedOf(calls, 'call')}, ${usedOf(tokens, 'token')}; ${count(calls.left)} and ${count(tokens.left)} left`,
    '',
  ];
  if (ledger.length === 0)
    lines.push(`No reviewer and no agent that compiles was paid in the last ${counted(days, 'day')}.`);
  else {
    const rows = ledger.map((line) => [
      line.day,
      clean([line.provider, line.model].filter((part) => part !== null).join(' ')),
      `${counted(line.calls, 'call')}${line.failed > 0 ? `, ${count(line.failed)} for nothing` : ''}`,
      `${line.estimated ? 'about ' : ''}${count(line.inputTokens)} tokens in, ${count(line.outputTokens)} out`,
    ]);
    lines.push(...columns(rows));
  }
  if (stopped.length > 0)
    lines.push(
      '',
      `Stopped by a budget (${count(jobs.stopped)}):`,
      ...columns(stopped.map((job) => rowOf(job, width))),
    );
  if (last.length > 0) lines.push('', 'Last reviews:', ...columns(last.map((job) => rowOf(job, width))));
  return lines;
}

/** A budget may have been set to nothing after some of it was used. */
function usedOf(
  { used, limit }: { readonly used: number; readonly limit: number },
  what: 'call' | 'token',
): string {
  return limit === 0
    ? `${counted(used, what)} (the budget is 0)`
    : `${count(used)} of ${counted(limit, what)}`;
}

function rowOf(job: Job, width: number): string[] {
  const items = job.counts.memory_updates + job.counts.recall_candidate + job.counts.skill_action;
  const what =
    job.error !== null
      ? oneLine(job.error, Math.max(ERROR_WIDTH, width - ERROR_WIDTH))
      : job.state === 'done'
        ? items === 0
          ? 'nothing to suggest'
          : counted(items, 'suggestion')
        : '';
  return [
    job.short,
    time(job.finishedAt ?? job.startedAt ?? job.createdAt),
    job.sessionShort ?? '',
    job.state,
    what,
  ];
}

function jsonOf({ reviewer, today, ledger, jobs, stopped, last }: UsageReport) {
  return {
    reviewer,
    today,
    ledger: ledger.map(({ inputTokens, outputTokens, ...line }) => ({
      ...line,
      input_tokens: inputTokens,
      output_tokens: outputTokens,
    })),
    jobs,
    stopped: stopped.map(jobJson),
    last: last.map(jobJson),
  };
}

function jobJson(job: Job) {
  const at = (value: number | null): string | null => (value === null ? null : iso(value));
  return {
    id: job.short,
    session: job.sessionShort,
    trigger: job.trigger,
    state: job.state,
    provider: job.provider,
    model: job.model,
    attempts: job.attempts,
    through_turn: job.throughTurn,
    through_message: job.through,
    counts: job.counts,
    created_at: at(job.createdAt),
    started_at: at(job.startedAt),
    finished_at: at(job.finishedAt),
    ...(job.state === 'queued' ? { not_before: at(job.notBefore) } : {}),
    ...(job.error === null ? {} : { error: job.error }),
  };
}
