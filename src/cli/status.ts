/** `midturn status`: what is stored, what waits, what is wrong. */

import type { StatusReport } from '../status/index.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { count, counted, foldedColumns, oneLine, size, textWidth } from './layout.ts';

/** Characters of a receipt's id by which it is found. */
const SHORT = 6;
/** Characters of what a discarded suggestion says, and of why. */
const TITLE = 60;
const REASON = 200;

export function statusCommand(program: Command, act: Act): void {
  program
    .command('status')
    .summary('what is stored, what waits, what is wrong')
    .description(
      'Shows how much is stored, what waits for a decision, when sessions were last captured, and what is wrong.',
    )
    .examples('midturn status', 'midturn status --json')
    .action(act(status));
}

async function status(invocation: Invocation): Promise<number> {
  const caller = await invocation.reader();
  const report = await (await invocation.app.status()).report(caller);
  if (invocation.json) invocation.printJson(report);
  else invocation.print(...linesOf(report, textWidth(invocation.io)));
  return 0;
}

function linesOf(report: StatusReport, width: number): string[] {
  const { counts, last, waiting, capture } = report;
  const active = counts.memories.active ?? 0;
  const review = waiting === 0 ? '' : `, ${count(waiting)} ${waiting === 1 ? 'needs' : 'need'} review`;
  const captured = last.capture === null ? '' : `, last ${minuteOf(last.capture.at)}`;
  const rows = [
    ['memories', `${count(active)} in force${review}`],
    ...historyRows(report),
    ...queueRow(report),
    ...discardedRow(report),
    ...reviewRow(report),
    ...spendRow(report),
    ['on disk', size(counts.bytes ?? 0)],
    ['capture', `${capture.paused ? 'paused' : 'on'}${captured}`],
    ...clientRow(report),
    ...embeddingsRow(report),
    ...(report.home === undefined ? [] : [['home', report.home]]),
  ];
  return [`midturn ${report.version}`, '', ...foldedColumns(rows, { width }), ...attention(report, width)];
}

function historyRows({ counts, project }: StatusReport): string[][] {
  if (counts.messages === 0) return [['history', 'nothing captured yet']];
  const all = `${counted(counts.messages, 'message')} in ${counted(counts.sessions, 'session')} of ${counted(counts.projects, 'project')}`;
  if (project === null) return [['history', all]];
  const own = `${counted(project.messages, 'message')} in ${counted(project.sessions, 'session')}`;
  return [
    ['history', all],
    ['this project', `${clean(project.name)}: ${own}`],
  ];
}

function queueRow({ queue, lock, last }: StatusReport): string[][] {
  const open = queue.suggestions.pending + queue.suggestions.processing;
  if (open === 0 && last.compile === null) return [];
  const at = last.compile === null ? 'never compiled' : `last compiled ${minuteOf(last.compile.at)}`;
  const running = lock === null || lock.stale !== undefined ? '' : `, process ${lock.pid} compiles now`;
  return [['suggestions', `${count(open)} in the queue, ${at}${running}`]];
}

function discardedRow({ discarded }: StatusReport): string[][] {
  const [newest] = discarded.newest;
  if (newest === undefined) return [];
  const where =
    newest.receipt === undefined ? '' : ` (midturn undo ${newest.receipt.slice(0, SHORT)} --show)`;
  const title = newest.title === '' ? newest.family : oneLine(newest.title, TITLE);
  const words = `${counted(discarded.last_day, 'suggestion')} of the last day came to nothing, the newest, ${title}: ${oneLine(newest.reason, REASON)}${where}`;
  return [['discarded', words]];
}

function reviewRow({ queue, last }: StatusReport): string[][] {
  const { queued, running } = queue.reviews;
  if (queued + running === 0 && last.review === null) return [];
  const parts = [
    ...(queued > 0 ? [`${count(queued)} in the queue`] : []),
    ...(running > 0 ? [`${count(running)} at work`] : []),
    last.review === null ? 'none has ended yet' : `last ${minuteOf(last.review.at)}`,
  ];
  return [['reviews', parts.join(', ')]];
}

function spendRow({ spend }: StatusReport): string[][] {
  if (spend === null) return [];
  const { calls, tokens, budget, stopped } = spend;
  if (calls === 0 && stopped === 0) return [];
  return [
    [
      'spend today',
      `${count(calls)} of ${counted(budget.calls, 'call')}, ${count(tokens)} of ${counted(budget.tokens, 'token')}`,
    ],
  ];
}

function clientRow({ wiring }: StatusReport): string[][] {
  if (wiring.length === 0) return [['clients', 'setup has wired none (midturn setup)']];
  const told = wiring.map(({ client, status, hooks }) => {
    const latest = Object.values(hooks).sort().at(-1);
    const parts = [
      ...(status === 'wired' ? [] : [status === 'by other means' ? 'not wired by setup' : status]),
      ...(latest === undefined ? [] : [`last hook ${minuteOf(latest)}`]),
    ];
    return parts.length === 0 ? clean(client) : `${clean(client)} (${parts.join(', ')})`;
  });
  return [['clients', told.join(', ')]];
}

function embeddingsRow({ embeddings }: StatusReport): string[][] {
  if (embeddings === null) return [];
  const { model, memories, messages } = embeddings;
  const done = memories.done + messages.done;
  const total = memories.total + messages.total;
  return [
    ['embeddings', `${clean(model ?? 'not asked yet')}: ${count(done)} of ${count(total)} have a vector`],
  ];
}

function attention({ health }: StatusReport, width: number): string[] {
  if (health.length === 0) return [];
  const rows = health.map(({ words, fix }) => [
    '-',
    `${clean(words)}${fix === undefined ? '' : ` (${clean(fix)})`}`,
  ]);
  return ['', 'Needs attention:', ...foldedColumns(rows, { width, indent: '' })];
}

/** ISO 8601 to the UTC minute. */
function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
