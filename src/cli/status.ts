/** `midturn status`: what is stored, what waits, what is wrong. */

import type { StatusReport } from '../status/index.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, count, counted, size } from './layout.ts';

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
  const caller = await invocation.caller();
  const report = await (await invocation.app.status()).report(caller);
  if (invocation.json) invocation.printJson(report);
  else invocation.print(...linesOf(report));
  return 0;
}

function linesOf(report: StatusReport): string[] {
  const { counts, project, last, waiting, capture } = report;
  const active = counts.memories.active ?? 0;
  const rows = [
    ['memories', `${count(active)} in force${waiting > 0 ? `, ${count(waiting)} need review` : ''}`],
    [
      'history',
      `${counted(counts.messages, 'message')} in ${counted(counts.sessions, 'session')} of ${counted(counts.projects, 'project')}`,
    ],
    ...(project === null
      ? []
      : [
          [
            'this project',
            `${clean(project.name)}: ${counted(project.messages, 'message')} in ${counted(project.sessions, 'session')}`,
          ],
        ]),
    ...queueRow(report),
    ['on disk', size(counts.bytes)],
    [
      'capture',
      `${capture.paused ? 'paused' : 'on'}, ${last.capture === null ? 'nothing captured yet' : `last ${minuteOf(last.capture.at)}`}`,
    ],
    ...embeddingsRow(report),
    ...(report.home === undefined ? [] : [['home', report.home]]),
  ];
  return [`midturn ${report.version}`, '', ...columns(rows), ...attention(report)];
}

function queueRow({ queue, lock, last }: StatusReport): string[][] {
  const open = queue.suggestions.pending + queue.suggestions.processing;
  if (open === 0 && last.compile === null) return [];
  const at = last.compile === null ? 'never compiled' : `last compiled ${minuteOf(last.compile.at)}`;
  const running = lock === null || lock.stale !== undefined ? '' : `, process ${lock.pid} compiles now`;
  return [['suggestions', `${count(open)} in the queue, ${at}${running}`]];
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

function attention({ health }: StatusReport): string[] {
  if (health.length === 0) return [];
  const lines = health.map(
    ({ words, fix }) => `  ${clean(words)}${fix === undefined ? '' : ` (${clean(fix)})`}`,
  );
  return ['', 'Needs attention:', ...lines];
}

/** ISO 8601 to the UTC minute. */
function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
