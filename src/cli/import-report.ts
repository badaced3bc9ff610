/** What an import did, in words. */
import type { ImportReport } from '../capture/index.ts';
import { clean } from '../text/clean.ts';
import { columns, count, counted, size } from './layout.ts';

/** What an import does not do: somebody who waits for memories to come of it would wait for ever. */
const LEARNED = [
  'What was imported can be searched from now on. Nothing of it is reviewed: memory is learned from sessions that',
  'go on or begin from here. What shall hold at once: `midturn remember`, or ask an agent to look it up and keep it.',
];
const SHOWN_LINES = 20;
const SHOWN_SESSIONS = 20;
const SHOWN_TYPES = 20;
/** Reasons for which messages are left out because a person wanted it, as capture counts them. */
const KEPT_OUT = ['excluded by [capture] exclude', 'said while capture was paused'];

export function reportLines(report: ImportReport, elapsedMs: number): string[] {
  return [
    headline(report, elapsedMs),
    ...section(details(report)),
    ...section(sessions(report)),
    ...section(skipped(report)),
    ...tallied('Secrets that were cut out:', report.redacted),
    ...tallied('Unknown to this version of midturn:', report.unknown),
    ...section(
      report.stopped
        ? ['Stopped before the end. What was read is stored; `midturn import` goes on from there.']
        : [],
    ),
    ...(report.added === 0 ? [] : section(LEARNED)),
  ];
}

function headline({ added, sessions: met, bytes, files, stopped }: ImportReport, elapsedMs: number): string {
  if (files.read + files.unchanged === 0 && files.failed > 0) return 'Nothing could be imported.';
  if (added === 0 && stopped) return 'Nothing was imported yet.';
  if (added === 0) return `Nothing new in ${counted(files.read + files.unchanged, 'file')}.`;
  const changed = met.filter((session) => session.added > 0).length;
  const seconds = Math.max(0.1, elapsedMs / 1000).toFixed(1);
  return `Imported ${counted(added, 'message')} of ${counted(changed, 'session')} from ${counted(files.read, 'file')} (${size(bytes)}) in ${seconds} s.`;
}

function details({ copies, revised, files, passed }: ImportReport): string[] {
  const kept = KEPT_OUT.flatMap((reason) => (passed[reason] === undefined ? [] : [[passed[reason], reason]]));
  return columns([
    ...(copies > 0 ? [[copies, 'copied from an earlier session, stored once']] : []),
    ...(revised > 0 ? [[revised, 'changed since they were read']] : []),
    ...(files.unchanged > 0 && files.read > 0
      ? [[files.unchanged, `${files.unchanged === 1 ? 'file' : 'files'} without anything new`]]
      : []),
    ...(files.excluded > 0
      ? [[files.excluded, `${files.excluded === 1 ? 'file' : 'files'} left out by [capture] exclude`]]
      : []),
    ...kept,
    ...(files.failed > 0
      ? [[files.failed, `${files.failed === 1 ? 'file' : 'files'} could not be read`]]
      : []),
  ]);
}

/** What was added, session by session; of many sessions, project by project. */
function sessions(report: ImportReport): string[] {
  const changed = report.sessions.filter(({ added }) => added > 0);
  if (changed.length <= SHOWN_SESSIONS) {
    return columns(
      changed.map(({ session, client, project, added, messages }) => [
        session,
        client,
        clean(project ?? 'no project'),
        added === messages
          ? counted(messages, 'message')
          : `${counted(added, 'message')} (${count(messages)} in all)`,
      ]),
    );
  }
  const projects = new Map<string, { sessions: number; messages: number }>();
  for (const { project, added } of changed) {
    const name = clean(project ?? 'no project');
    const { sessions: before, messages } = projects.get(name) ?? { sessions: 0, messages: 0 };
    projects.set(name, { sessions: before + 1, messages: messages + added });
  }
  const rows = [...projects].sort(([, a], [, b]) => b.messages - a.messages);
  return columns(
    rows.map(([name, tally]) => [
      name,
      tally.sessions,
      tally.sessions === 1 ? 'session' : 'sessions',
      counted(tally.messages, 'message'),
    ]),
  );
}

function skipped(report: ImportReport): string[] {
  const named = report.skipped.slice(0, SHOWN_LINES);
  if (named.length === 0) return [];
  // A file that failed as a whole has no line; a line may have been named or only counted.
  const whole = report.skipped.filter(({ line }) => line === null).length;
  const rest = report.skipped_lines + whole - named.length;
  return [
    'Skipped:',
    ...named.map(
      ({ path, line, reason }) => `  ${clean(path)}${line === null ? '' : `:${line}`}: ${clean(reason)}`,
    ),
    ...(rest > 0 ? [`  and ${count(rest)} more (--json names the first of each file)`] : []),
  ];
}

function tallied(title: string, tally: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(tally)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_TYPES)
    .map(([name, number]) => [number, clean(name)]);
  return rows.length === 0 ? [] : section([title, ...columns(rows)]);
}

function section(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}
