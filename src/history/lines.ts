/** The lines that name things: a message, a turn, a session, and the exact call that opens each. */
import type { ProjectId } from '../model/ids.ts';
import type { Message } from '../model/message.ts';
import { iso, minute } from '../model/time.ts';
import type { SessionRecord, TurnRecord } from '../store/sessions.ts';
import { clean } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';
import { messageText } from './message-text.ts';
import type { HistoryHit } from './types.ts';

const TITLE = 52;
const BREADCRUMB = 60;

/** The exact call: `recall_history({session:"k3f9a2", turns:[4]})`. */
export function callOf(values: Readonly<Record<string, unknown>>): string {
  const inside = Object.entries(values).map(([name, value]) => `${name}:${JSON.stringify(value)}`);
  return inside.length === 0 ? 'recall_history()' : `recall_history({${inside.join(', ')}})`;
}

export function refOf(message: Pick<Message, 'sessionShort' | 'number'>): string {
  return `${message.sessionShort}/${message.number}`;
}

/** `[k3f9a2/17] 2026-11-21 09:30 · assistant · codex · shop`, with what is special about it. */
export function messageHead(message: Message): string {
  const { at, role, tool, client, projectName } = message;
  return dots([
    `[${refOf(message)}] ${when(at)}`,
    role === 'tool' && tool !== null ? `tool ${oneLine(tool, 40)}` : role,
    client,
    projectName === null ? null : oneLine(projectName, 60),
    message.meta.failed === true ? 'FAIL' : null,
    message.kind === 'said' ? null : message.kind,
    message.describes === null ? null : `about session ${message.describes}`,
    message.turnState === 'withdrawn' ? '*withdrawn*' : null,
  ]);
}

/** One line of the index, with the call that opens the turn. */
export function turnLine(turn: TurnRecord, options: { readonly project: boolean }): string {
  const { sessionShort, number, at, client, projectName, prompt, failed, state } = turn;
  const line = dots([
    `${sessionShort}#${number}`,
    when(at),
    client,
    options.project && projectName !== null ? oneLine(projectName, 60) : null,
    prompt === null ? '(no prompt)' : `"${oneLine(prompt, TITLE).replaceAll('"', "'")}"`,
    failed ? 'FAIL' : null,
    state === 'withdrawn' ? '*withdrawn*' : null,
    breadcrumb(turn),
  ]);
  const full = state === 'withdrawn' ? { full: true } : {};
  return `${line} — ${callOf({ session: sessionShort, turns: [number], ...full })}`;
}

/** What came of the turn, in a few words: there is always something. */
function breadcrumb({ conclusion, messages }: TurnRecord): string {
  const said = oneLine(conclusion ?? '', BREADCRUMB);
  return said === '' ? `${messages} ${messages === 1 ? 'message' : 'messages'}` : said;
}

/** `session k3f9a2 · codex · shop · 2026-11-21 09:30 to 2026-11-21 10:10 · 4 turns · 31 messages · "title"`. */
export function sessionLine(session: SessionRecord): string {
  const { short, client, projectName, startedAt, lastAt, turns, messages, title, nature } = session;
  const times = [startedAt, lastAt].filter((at) => at !== null).map(minute);
  return dots([
    `session ${short}`,
    client,
    nature === 'interactive' || nature === null ? null : nature,
    projectName === null ? null : oneLine(projectName, 60),
    times.length === 0 ? 'no date' : [...new Set(times)].join(' to '),
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    `${messages} ${messages === 1 ? 'message' : 'messages'}`,
    title === null ? null : `"${oneLine(title, TITLE).replaceAll('"', "'")}"`,
  ]);
}

/** Text in one line, `max` characters at most, cut at a blank where there is one near the end. */
export function oneLine(text: string, max: number): string {
  const flat = clean(text).replace(/\s+/g, ' ').trim();
  if (flat.length <= max) return flat;
  const { text: head } = clipEnd(flat, max - 1);
  const blank = head.lastIndexOf(' ');
  return `${(blank > max / 2 ? head.slice(0, blank) : head).trimEnd()}…`;
}

export function when(at: number | null): string {
  return at === null ? 'no date' : minute(at);
}

export function dots(parts: ReadonlyArray<string | null>): string {
  return parts.filter((part) => part !== null).join(' · ');
}

const ORIGIN: Readonly<Record<Message['by'], string>> = {
  person: 'user',
  agent: 'agent',
  program: 'agent',
  harness: 'agent',
  tool: 'tool',
};

export function hitOf(
  message: Message,
  shown: { readonly text: string; readonly score: number; readonly projects: readonly ProjectId[] },
): HistoryHit {
  const { role, client, turn, at, by, project, projectName, turnState, state } = message;
  return {
    ref: refOf(message),
    title: oneLine(messageText(message, { whole: false, thinking: false }), TITLE),
    text: clean(shown.text),
    scope: project !== null && shown.projects.includes(project) ? 'project' : 'other',
    project: projectName,
    origin: ORIGIN[by],
    state: turnState === 'withdrawn' ? 'withdrawn' : state,
    at: at === null ? null : iso(at),
    score: Math.round(shown.score * 1000) / 1000,
    role,
    client,
    turn,
  };
}
