/** The index: recent turns, newest first, each with the call that opens it. */
import type { Caller } from '../model/caller.ts';
import { iso } from '../model/time.ts';
import type { TurnRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';
import { type HistoryAnswer, item, nothing, page } from './answer.ts';
import { callOf, oneLine, turnLine } from './lines.ts';
import type { Steps } from './pace.ts';
import type { Asked } from './request.ts';
import { type CurrentTurn, currentTurn, type Scope, scopeOf } from './scope.ts';
import type { HistoryHit } from './types.ts';

type IndexAsked = Extract<Asked, { form: 'index' }>;

/** Turns read at a time, beyond those asked for: copies of a forked session stand beside their originals. */
const AHEAD = 8;
/** A narrow filter must not walk a whole store: so many turns are looked at, the cursor goes on behind them. */
const LOOKED_AT = 500;

export async function recentTurns(
  store: Store,
  caller: Caller,
  asked: IndexAsked,
  steps: Steps,
): Promise<HistoryAnswer> {
  const scope = await scopeOf(store, caller, asked.project);
  const current = await currentTurn(store, caller);
  const found = await gather(store, scope, current, asked, steps);
  const { lines, rest, older, total } = found;
  const filtered = asked.since !== null || asked.until !== null || asked.client !== null;
  if (lines.length === 0 && steps.cut && rest !== null) return laterTurns(asked, rest);
  if (lines.length === 0 && asked.offset > 0) return nothing('There are no older turns.', 'end of the list');
  if (lines.length === 0) return empty(scope, current, filtered, total);
  const showProject = scope.projects === null;
  const items = lines.map(({ turn, offset }) => {
    const line = turnLine(turn, { project: showProject });
    return item(line, `${turn.sessionShort}#${turn.number}`, offset, {
      hit: hitOfTurn(turn, clean(line), scope.words === 'this project'),
    });
  });
  const closing = [
    ...(scope.note === null ? [] : [scope.note]),
    `To search all of it: ${callOf({ query: 'a few telling words' })}`,
  ];
  if (rest !== null) closing.push(filtered || older === null ? 'Older turns may exist.' : olderTurns(older));
  const noun = lines.length === 1 ? 'turn' : 'turns';
  return page({
    sentence: `${lines.length} ${asked.offset > 0 ? 'older' : 'recent'} ${noun} of ${scope.words}, newest first:`,
    items,
    closing,
    request: asked.request,
    rest,
  });
}

export function olderTurns(count: number): string {
  return `${count} older ${count === 1 ? 'turn exists' : 'turns exist'}.`;
}

type Line = { readonly turn: TurnRecord; readonly offset: number };
type Gathered = {
  readonly lines: readonly Line[];
  /** Where the next page begins; null when all have been seen. */
  readonly rest: number | null;
  readonly older: number | null;
  readonly total: number;
};

async function gather(
  store: Store,
  scope: Scope,
  current: CurrentTurn | null,
  asked: IndexAsked,
  steps: Steps,
): Promise<Gathered> {
  const lines: Line[] = [];
  const step = asked.limit + 1;
  let total = 0;
  for (let offset = asked.offset; offset < asked.offset + LOOKED_AT; offset += step) {
    if (!(await steps.next()) && offset > asked.offset) return { lines, rest: offset, older: null, total };
    const found = await store.sessions.turns({
      projects: scope.projects,
      limit: step + AHEAD,
      offset,
      ...(current === null ? {} : { exclude: current.running }),
    });
    total = found.total;
    for (const [index, turn] of found.turns.slice(0, step).entries()) {
      // Newest first: once a turn is too old, so is every one behind it, but for those without a time at the end.
      if (asked.since !== null && (turn.at ?? 0) < asked.since)
        return { lines, rest: null, older: null, total };
      if (!wanted(turn, asked) || (await isCopy(store, turn, found.turns.slice(index + 1)))) continue;
      if (lines.length === asked.limit)
        return { lines, rest: offset + index, older: total - offset - index, total };
      lines.push({ turn, offset: offset + index });
    }
    if (offset + step >= total) return { lines, rest: null, older: null, total };
  }
  const rest = asked.offset + LOOKED_AT < total ? asked.offset + LOOKED_AT : null;
  return { lines, rest, older: null, total };
}

function wanted({ at, client }: TurnRecord, asked: IndexAsked): boolean {
  if (asked.client !== null && client.toLowerCase() !== asked.client.toLowerCase()) return false;
  if (asked.since === null && asked.until === null) return true;
  return at !== null && at >= (asked.since ?? at) && at <= (asked.until ?? at);
}

/** A forked session begins with copies of another one's turns: the original stands behind it, at the same time. */
async function isCopy(store: Store, turn: TurnRecord, behind: readonly TurnRecord[]): Promise<boolean> {
  const { at, session, prompt, conclusion } = turn;
  const alike = behind.filter(
    (other) =>
      at !== null &&
      other.at === at &&
      other.session !== session &&
      other.prompt === prompt &&
      other.conclusion === conclusion,
  );
  if (alike.length === 0) return false;
  const links = (await store.sessions.get(session))?.links ?? [];
  return alike.some((other) => links.some(({ kind, to }) => kind === 'forked_from' && to === other.session));
}

/** The time was up while turns were looked through: the next call goes on from there. */
function laterTurns({ request }: IndexAsked, rest: number): HistoryAnswer {
  const sentence =
    'No turn that fits was found before the time of one call was up; older ones were not looked at.';
  return page({ sentence, items: [], closing: [], request, rest });
}

function empty(scope: Scope, current: CurrentTurn | null, narrowed: boolean, total: number): HistoryAnswer {
  const note = scope.note === null ? [] : [scope.note];
  if (narrowed && total > 0) {
    return nothing(`No turn of ${scope.words} fits these filters.`, 'no turn fits', [
      ...note,
      `The index without them: ${callOf({})}`,
    ]);
  }
  if (current !== null && scope.words !== 'that project') {
    return nothing(
      `This is the first turn of ${scope.words} that is stored: there is nothing earlier to recall.`,
      'first turn',
      note,
    );
  }
  return nothing(`No history of ${scope.words} is stored yet.`, 'no history', [
    ...note,
    'Past sessions are read in by `midturn import`, which a person runs in a terminal.',
    ...(scope.projects === null ? [] : [`Other projects: ${callOf({ project: 'all' })}`]),
  ]);
}

export function hitOfTurn(turn: TurnRecord, text: string, ownProject: boolean): HistoryHit {
  return {
    ref: `${turn.sessionShort}#${turn.number}`,
    title: oneLine(turn.prompt ?? '', 52),
    text,
    scope: ownProject ? 'project' : 'other',
    project: turn.projectName,
    origin: 'user',
    state: turn.state === 'withdrawn' ? 'withdrawn' : 'kept',
    at: turn.at === null ? null : iso(turn.at),
    score: 0,
    role: 'user',
    client: turn.client,
    turn: turn.number,
  };
}
