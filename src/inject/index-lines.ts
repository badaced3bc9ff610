/**
 * The visible index: recent turns, each with the exact call that opens it. A tool that a model is only told of is hardly
 * called; one whose next call stands before its eyes is.
 */
import type { Caller } from '../model/caller.ts';
import { fence } from '../text/fence.ts';
import type { InjectDeps, SessionSource } from './types.ts';

/** Turns of the project, and of the session itself after a compaction. */
const TURNS = { project: 16, session: 20 } as const;
const SEARCH =
  'More of them: recall_history(); by their words: recall_history({query:"a few telling words"})';

export type Index = {
  /** Turns of this session that a compaction has taken out of sight, newest first. */
  readonly own: readonly string[];
  readonly recent: readonly string[];
};

export async function recentIndex(
  { history, store }: Pick<InjectDeps, 'history' | 'store'>,
  caller: Caller,
  source: SessionSource,
): Promise<Index | null> {
  const session =
    source === 'compact' && caller.session !== null ? await store.sessions.get(caller.session) : null;
  const own =
    session === null ? null : await history.ask(caller, { session: session.short, limit: TURNS.session });
  const mark = session === null ? null : `${session.short}#`;
  const found = caller.project === null ? null : await history.ask(caller, { limit: TURNS.project });
  const index = {
    // The list of a session begins with what the session is; the turns alone are meant here.
    own: (own?.blocks ?? []).filter(({ ref }) => ref.includes('#')).map(({ text }) => lastLine(text)),
    recent: (found?.blocks ?? [])
      .filter(({ ref }) => mark === null || !ref.startsWith(mark))
      .map(({ text }) => text),
  };
  return index.own.length + index.recent.length === 0 ? null : index;
}

/** Within `room` UTF-16 units: the oldest lines go first, and are counted. Null where not one of them fits. */
export function renderIndex(index: Index | null, room: number): string | null {
  if (index === null) return null;
  const { own, recent } = index;
  let [ownCount, recentCount] = [own.length, recent.length];
  for (;;) {
    if (ownCount + recentCount === 0) return null;
    const text = rendered(own.slice(0, ownCount), recent.slice(0, recentCount), {
      own: own.length - ownCount,
      recent: recent.length - recentCount,
    });
    if (text.length <= room) return text;
    // What was just taken out of sight is wanted sooner than what lies in other sessions.
    if (recentCount > 0) recentCount -= 1;
    else ownCount -= 1;
  }
}

function rendered(
  own: readonly string[],
  recent: readonly string[],
  cut: { readonly own: number; readonly recent: number },
): string {
  const parts = [
    ...list('Earlier turns of this session, before the compaction, newest first:', own, cut.own),
    ...list('Recent turns of this project, newest first, with the call that opens each:', recent, cut.recent),
  ];
  return [...parts, SEARCH].join('\n');
}

function list(sentence: string, lines: readonly string[], cut: number): string[] {
  if (lines.length === 0) return [];
  const older = cut === 0 ? [] : [`${cut} older ${cut === 1 ? 'one was' : 'ones were'} left out here.`];
  return [sentence, fence(lines.join('\n'), { kind: 'history' }), ...older];
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? text;
}
