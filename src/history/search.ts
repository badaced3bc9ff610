/** Searching: the messages that fit a question, ranked with what stands around them, or the plain word that none does. */
import type { Semantic } from '../embeddings/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Message } from '../model/message.ts';
import { inOwnPaths } from '../project/asked-paths.ts';
import type { MessageFilter } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { projectsWithin } from '../store/within.ts';
import type { DateRange } from '../text/dates.ts';
import { NOTHING_NEAR } from '../text/fusion.ts';
import type { Parts, Ranked } from '../text/ranking.ts';
import type { AnalysedQuery } from '../text/terms.ts';
import type { Weights } from '../text/weights.ts';
import { MAX_TERM } from '../text/word-forms.ts';
import { type HistoryAnswer, item, nothing, page } from './answer.ts';
import { messagesOf, wordsOfPeriods } from './dated.ts';
import { type Found, findMessages } from './find.ts';
import { callOf, hitOf, messageHead, refOf } from './lines.ts';
import type { Steps } from './pace.ts';
import type { Asked } from './request.ts';
import { type CurrentTurn, currentTurn, type Scope, scopeOf } from './scope.ts';
import { oneSession } from './session-of.ts';
import { snippetOf } from './snippet-of.ts';
import { type Understood, understand } from './understand.ts';

type SearchAsked = Extract<Asked, { form: 'search' }>;

/** Looked at by their meaning. */
const NEAR = 60;
/** Read at a time once the first, as many as are asked for, have not been enough. */
const LOADED_AT_ONCE = 16;
const SNIPPET = 320;

export async function searchMessages(
  store: Store,
  caller: Caller,
  asked: SearchAsked,
  {
    now,
    weights,
    semantic,
    steps,
  }: {
    readonly now: number;
    readonly weights: Weights;
    readonly semantic: Semantic | null;
    readonly steps: Steps;
  },
): Promise<HistoryAnswer> {
  const question = await inOwnPaths(asked.query, caller, store.projects);
  const understood = await understand(store, question, now);
  const { query, periods, timeOnly } = understood;
  if (query.terms.length === 0 && !timeOnly) return noWords(asked.query);
  const session = asked.session === null ? null : await oneSession(store, asked.session);
  if (session !== null && 'blocks' in session) return session;
  const scope = await searchScope(store, caller, asked, session !== null);
  const current = await currentTurn(store, caller);
  const within = { ...scope, projects: projectsWithin(caller, scope.projects) };
  const filter = filterOf(asked, within, current, session?.id ?? null);
  // Looked for beside the words: by the time that these are ready, little of its deadline is left to wait for.
  const near = timeOnly
    ? undefined
    : semantic?.near(asked.query, { kind: 'messages', messages: filter }, NEAR);
  const found = timeOnly
    ? await messagesOf(store, understood, filter)
    : await findMessages(store, understood, {
        filter,
        current,
        weights,
        explain: asked.explain,
        steps,
        near: near ?? Promise.resolve(NOTHING_NEAR),
      });
  if (found.verdict === 'none') return steps.cut ? nothingInTime() : noFit(scope, asked, query, periods);
  const fitting = await load(store, found.ranked, {
    asked,
    filter,
    current,
    from: asked.offset,
    count: asked.limit + 1,
    steps,
  });
  if (fitting.length === 0 && steps.cut) return nothingInTime();
  if (fitting.length === 0) return asked.offset > 0 ? noMore() : noFit(scope, asked, query, periods);
  const answer = shown(caller, asked, scope, understood, found, fitting);
  return steps.cut ? { ...answer, closing: [CUT_SHORT, ...answer.closing] } : answer;
}

type Loading = {
  readonly asked: SearchAsked;
  readonly filter: MessageFilter;
  readonly current: CurrentTurn | null;
  readonly from: number;
  readonly count: number;
  readonly steps: Steps;
};
type Fitting = { readonly message: Message; readonly ranked: Ranked };

/** The ranked messages that pass the filter: hits have passed it in the store already, their neighbours have not. */
async function load(
  store: Store,
  ranked: readonly Ranked[],
  { asked, filter, current, from, count, steps }: Loading,
): Promise<Fitting[]> {
  const fitting: Fitting[] = [];
  for (let at = 0; at < ranked.length && fitting.length < from + count; ) {
    // The best are read in any case: they are what was found.
    if (!(await steps.next()) && at > 0) break;
    const batch = ranked.slice(at, at + (at === 0 ? from + count : LOADED_AT_ONCE));
    at += batch.length;
    const messages = new Map(
      (await store.messages.byRows(batch.map(({ row }) => row))).map((message) => [message.row, message]),
    );
    for (const one of batch) {
      const message = messages.get(one.row);
      if (message !== undefined && passes(message, asked, filter, current))
        fitting.push({ message, ranked: one });
    }
  }
  return fitting.slice(from, from + count);
}

function passes(
  message: Message,
  { role }: SearchAsked,
  filter: MessageFilter,
  current: CurrentTurn | null,
): boolean {
  const { at, project, session, state, turn, turnState } = message;
  if (state !== 'kept' || turnState !== 'active') return false;
  if (current !== null && session === current.session && turn === current.turn) return false;
  if (role !== null && message.role !== role) return false;
  if (filter.projects !== null && (project === null || !filter.projects.includes(project))) return false;
  if (filter.since !== undefined && (at === null || at < filter.since)) return false;
  return filter.until === undefined || (at !== null && at <= filter.until);
}

function filterOf(
  { since, until, role, client }: SearchAsked,
  { projects }: Scope,
  current: CurrentTurn | null,
  session: MessageFilter['session'] | null,
): MessageFilter {
  return {
    projects,
    ...(session === null || session === undefined ? {} : { session }),
    ...(role === null ? {} : { role }),
    ...(client === null ? {} : { client }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    ...(current === null ? {} : { exclude: current.running }),
  };
}

/** Who names a session means it, whatever project it belongs to. */
async function searchScope(
  store: Store,
  caller: Caller,
  asked: SearchAsked,
  inSession: boolean,
): Promise<Scope> {
  if (inSession && asked.project === null) return { projects: null, words: 'that session', note: null };
  return scopeOf(store, caller, asked.project);
}

function shown(
  caller: Caller,
  asked: SearchAsked,
  scope: Scope,
  understood: Understood,
  found: Found,
  fitting: readonly Fitting[],
): HistoryAnswer {
  const { verdict, weak } = found;
  const { query } = understood;
  const more = fitting.length > asked.limit;
  const projects = caller.project?.ids ?? [];
  const items = fitting.slice(0, asked.limit).map(({ message, ranked }, index) => {
    const mark = verdict === 'good' && weak(ranked) ? ' · weak match' : '';
    const why = ranked.parts === undefined ? '' : `\n${whyOf(ranked.parts)}`;
    const text = `${messageHead(message)}${mark}\n${snippetOf(message, query, SNIPPET)}${why}`;
    return item(text, refOf(message), asked.offset + index, {
      hit: hitOf(message, { text, score: ranked.score, projects }),
    });
  });
  const first = fitting[0]?.message;
  const closing: string[] = scope.note === null ? [] : [scope.note];
  if (first !== undefined) {
    closing.push(`To read one whole, with what stands around it: ${callOf({ ref: refOf(first) })}`);
  }
  closing.push('What will be needed again is worth a `remember`.');
  return page({
    sentence: sentenceOf(items.length, asked.offset, scope, found, understood),
    items,
    closing,
    request: asked.request,
    rest: more ? asked.offset + items.length : null,
    ...(verdict === 'weak' ? { reason: 'weak match' } : {}),
  });
}

/** `why: own 3.1 · window 1.2`, the largest first. */
function whyOf(parts: Parts): string {
  const said = Object.entries(parts).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return `why: ${said.map(([signal, value]) => `${signal} ${value.toFixed(1)}`).join(' · ')}`;
}

function sentenceOf(
  count: number,
  offset: number,
  scope: Scope,
  { verdict, phraseMissing, timeMissing }: Found,
  { periods, timeOnly }: Understood,
): string {
  const messages = `${count} ${offset > 0 ? 'more ' : ''}${count === 1 ? 'message' : 'messages'} of ${scope.words}`;
  if (phraseMissing)
    return `No message holds the quoted words as they stand; ${messages} ${count === 1 ? 'holds' : 'hold'} most of them:`;
  const time = wordsOfPeriods(periods);
  if (timeOnly)
    return `${messages} ${count === 1 ? 'is' : 'are'} from ${time}, oldest first, prompts and conclusions before the rest:`;
  if (timeMissing) return `No message from ${time} holds these words; ${messages} of other times may fit:`;
  if (verdict === 'weak') return `${messages} may fit, all weak matches:`;
  return `${messages} ${count === 1 ? 'fits' : 'fit'}, best first:`;
}

function noWords(query: string): HistoryAnswer {
  const isBlob = query.split(/\s+/).some((word) => word.length > MAX_TERM);
  return nothing(
    isBlob
      ? `The query holds no word of up to ${MAX_TERM} characters: longer ones are data, and not searched for.`
      : 'The query holds no word to search for: send a few telling ones, a name, an error code or a "quoted phrase".',
    'no words to search for',
    [`Recent turns: ${callOf({})}`],
  );
}

function noFit(
  scope: Scope,
  asked: SearchAsked,
  { terms }: AnalysedQuery,
  periods: readonly DateRange[],
): HistoryAnswer {
  const filters = (['since', 'until', 'role', 'client'] as const).filter((name) => asked[name] !== null);
  const closing: string[] = scope.note === null ? [] : [scope.note];
  if (filters.length > 0) closing.push(`Narrowed by ${filters.join(', ')}: leave these out to look further.`);
  if (scope.projects !== null)
    closing.push(`Other projects: ${callOf({ query: 'the same words', project: 'all' })}`);
  closing.push(
    `${terms.length > 1 ? 'Other or fewer words may find it' : 'Other words may find it'}; recent turns: ${callOf({})}`,
  );
  return nothing(
    terms.length === 0
      ? `Nothing from ${wordsOfPeriods(periods)} is stored in the history of ${scope.words}.`
      : `Nothing relevant is stored in the history of ${scope.words}.`,
    'nothing relevant',
    closing,
  );
}

const CUT_SHORT =
  'The time of one call was up: this is what was found by then, and there may be better. Narrow it by `since`, `role`, `client` or `project` to search all of it.';

/** Not the same as that there is nothing. */
function nothingInTime(): HistoryAnswer {
  return nothing(
    'Nothing was found before the time of one call was up, which does not mean that there is nothing.',
    'time is up',
    ['Narrow it by `since`, `role`, `client` or `project`, or ask again with fewer words.'],
  );
}

function noMore(): HistoryAnswer {
  return nothing('There are no more messages that fit.', 'end of the list');
}
