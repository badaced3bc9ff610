/** Searching: the messages that fit a question, ranked with what stands around them, or the plain word that none does. */
import type { Caller } from '../model/caller.ts';
import type { Message } from '../model/message.ts';
import type { Candidate, Corpus, MessageFilter, Stream } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { inOrder, namesOnly, type Phrase, phrasesHeld, phrasesOf } from '../text/asked-words.ts';
import { type Ranked, rankMessages, weighQuery } from '../text/ranking.ts';
import { isWeak, judge, type Verdict, worthShowing } from '../text/relevance.ts';
import type { AskedSignals } from '../text/signals.ts';
import type { AnalysedQuery } from '../text/terms.ts';
import { type HistoryAnswer, item, nothing, page } from './answer.ts';
import { callOf, hitOf, messageHead, refOf } from './lines.ts';
import { messageText } from './message-text.ts';
import type { Asked } from './request.ts';
import { type CurrentTurn, currentTurn, type Scope, scopeOf } from './scope.ts';
import { oneSession } from './session-of.ts';
import { snippetOf } from './snippet-of.ts';
import { understand } from './understand.ts';

type SearchAsked = Extract<Asked, { form: 'search' }>;

/** By the retrieval study: the best 60 by their own words, and the neighbours of the best 30 of them. */
const POOL = { own: 60, seeds: 30, phrase: 300, dated: 60 } as const;
/** Postings read for one question, rarest terms first: as good as four times as many, at a third of the time. */
const BUDGET = 5_000;
/** Places fetched around the best hits (for windows around their neighbours too) and around the others. */
const RADIUS = { seeds: 5, others: 2 } as const;
/** Messages of the current turn that can stand within reach of the turn before it. */
const CURRENT_EDGE = 12;
const LOADED_AT_ONCE = 16;
const SNIPPET = 320;

export async function searchMessages(
  store: Store,
  caller: Caller,
  asked: SearchAsked,
  now: number,
): Promise<HistoryAnswer> {
  const { query, signals } = await understand(store, asked.query, now);
  if (query.terms.length === 0) return noWords();
  const session = asked.session === null ? null : await oneSession(store, asked.session);
  if (session !== null && 'blocks' in session) return session;
  const scope = await searchScope(store, caller, asked, session !== null);
  const current = await currentTurn(store, caller);
  const corpus = await store.search.corpus('messages', query.terms);
  const filter = filterOf(asked, scope, current, session?.id ?? null);
  const found = await rankedHits(store, query, signals, corpus, filter, current);
  if (found.verdict === 'none') return noFit(scope, asked, query);
  const fitting = await load(store, found.ranked, {
    asked,
    filter,
    current,
    from: asked.offset,
    count: asked.limit + 1,
  });
  if (fitting.length === 0) return asked.offset > 0 ? noMore() : noFit(scope, asked, query);
  return shown(caller, asked, scope, query, found, fitting);
}

type Found = {
  readonly ranked: readonly Ranked[];
  readonly verdict: Verdict;
  /** True when quoted words were asked for and no message holds them as they stand. */
  readonly phraseMissing: boolean;
};

async function rankedHits(
  store: Store,
  query: AnalysedQuery,
  signals: AskedSignals,
  corpus: Corpus,
  filter: MessageFilter,
  current: CurrentTurn | null,
): Promise<Found> {
  const names = new Set(query.identifiers);
  const weights = weighQuery({
    ...corpus,
    terms: corpus.terms.map((known) => ({ ...known, exact: names.has(known.term) })),
  });
  const phrases = phrasesOf(query);
  const exact = phrases.length === 0 ? null : await phraseHits(store, corpus, filter, phrases);
  if (exact !== null && exact.length > 0) return { ranked: exact, verdict: 'good', phraseMissing: false };
  const hits = await candidates(store, corpus, signals, filter);
  const streams = await streamsAround(store, hits);
  const own = await currentRows(store, current);
  const ranked = rankMessages(
    weights,
    own.size === 0 ? streams : streams.filter(({ row }) => !own.has(row)),
    hits.map(({ row }) => row),
    POOL.seeds,
    signals,
  );
  const verdict = judge(weights, ranked);
  return { ranked: worthShowing(weights, ranked, namesOnly(query)), verdict, phraseMissing: exact !== null };
}

/** The best by their own words, then those of the time that the question names. */
async function candidates(
  store: Store,
  corpus: Corpus,
  { ranges }: AskedSignals,
  filter: MessageFilter,
): Promise<readonly Candidate[]> {
  const hits = await store.search.messages(corpus.terms, filter, BUDGET, POOL.own);
  if (ranges.length === 0) return hits;
  const seen = new Set(hits.map(({ row }) => row));
  const dated = await store.search.dated(ranges, filter, POOL.dated);
  return [...hits, ...dated.filter(({ row }) => !seen.has(row))];
}

/** The hits and what stands around them, each once. */
async function streamsAround(store: Store, hits: readonly Candidate[]): Promise<readonly Stream[]> {
  const wide = await store.search.neighbours(hits.slice(0, POOL.seeds), RADIUS.seeds);
  const narrow = await store.search.neighbours(hits.slice(POOL.seeds), RADIUS.others);
  const seen = new Set(wide.map(({ row }) => row));
  return [...wide, ...narrow.filter(({ row }) => !seen.has(row))];
}

/** Messages that hold a quoted phrase as it stands; those with more of the phrases first. */
async function phraseHits(
  store: Store,
  corpus: Corpus,
  filter: MessageFilter,
  phrases: readonly Phrase[],
): Promise<Ranked[]> {
  const number = new Map(corpus.terms.map((known) => [known.term, known.number]));
  const sought = phrases.map(({ terms }) => terms.map((term) => number.get(term) ?? null));
  const inPhrases = new Set(phrases.flatMap(({ terms }) => terms));
  const needed = corpus.terms.filter(({ term }) => inPhrases.has(term));
  const hits = await store.search.messages(needed, filter, BUDGET, POOL.phrase);
  const streams = await store.search.neighbours(hits, 0);
  const close = streams.filter(({ terms }) => sought.some((numbers) => inOrder(terms, numbers)));
  const rows = close.map(({ row }) => row);
  const ranked = rankMessages(weighQuery(corpus), close, rows, 0);
  const held = new Map(
    (await store.messages.byRows(rows)).map((message) => [
      message.row,
      phrasesHeld(messageText(message, { whole: true, thinking: false }), phrases),
    ]),
  );
  const count = ({ row }: Ranked) => held.get(row) ?? 0;
  return ranked.filter((one) => count(one) > 0).sort((a, b) => count(b) - count(a));
}

/** The first messages of the current turn: they repeat the question, so they must not lend it to their neighbours. */
async function currentRows(store: Store, current: CurrentTurn | null): Promise<ReadonlySet<number>> {
  if (current === null) return new Set();
  const { messages } = await store.messages.list({
    session: current.session,
    turns: [current.turn],
    limit: CURRENT_EDGE,
  });
  return new Set(messages.map(({ row }) => row));
}

type Loading = {
  readonly asked: SearchAsked;
  readonly filter: MessageFilter;
  readonly current: CurrentTurn | null;
  readonly from: number;
  readonly count: number;
};
type Fitting = { readonly message: Message; readonly ranked: Ranked };

/** The ranked messages that pass the filter: hits have passed it in the store already, their neighbours have not. */
async function load(
  store: Store,
  ranked: readonly Ranked[],
  { asked, filter, current, from, count }: Loading,
): Promise<Fitting[]> {
  const fitting: Fitting[] = [];
  for (let at = 0; at < ranked.length && fitting.length < from + count; at += LOADED_AT_ONCE) {
    const batch = ranked.slice(at, at + LOADED_AT_ONCE);
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
  query: AnalysedQuery,
  { verdict, phraseMissing }: Found,
  fitting: readonly Fitting[],
): HistoryAnswer {
  const more = fitting.length > asked.limit;
  const projects = caller.project?.ids ?? [];
  const items = fitting.slice(0, asked.limit).map(({ message, ranked }, index) => {
    const mark = verdict === 'good' && isWeak(ranked) ? ' · weak match' : '';
    const text = `${messageHead(message)}${mark}\n${snippetOf(message, query, SNIPPET)}`;
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
    sentence: sentenceOf(items.length, asked.offset, scope, verdict, phraseMissing),
    items,
    closing,
    request: asked.request,
    rest: more ? asked.offset + items.length : null,
    ...(verdict === 'weak' ? { reason: 'weak match' } : {}),
  });
}

function sentenceOf(
  count: number,
  offset: number,
  scope: Scope,
  verdict: Verdict,
  phraseMissing: boolean,
): string {
  const messages = `${count} ${offset > 0 ? 'more ' : ''}${count === 1 ? 'message' : 'messages'} of ${scope.words}`;
  if (phraseMissing)
    return `No message holds the quoted words as they stand; ${messages} ${count === 1 ? 'holds' : 'hold'} most of them:`;
  if (verdict === 'weak') return `${messages} may fit, all weak matches:`;
  return `${messages} ${count === 1 ? 'fits' : 'fit'}, best first:`;
}

function noWords(): HistoryAnswer {
  return nothing(
    'The query holds no word to search for: send a few telling ones, a name, an error code or a "quoted phrase".',
    'no words to search for',
    [`Recent turns: ${callOf({})}`],
  );
}

function noFit(scope: Scope, asked: SearchAsked, { terms }: AnalysedQuery): HistoryAnswer {
  const filters = (['since', 'until', 'role', 'client'] as const).filter((name) => asked[name] !== null);
  const closing: string[] = scope.note === null ? [] : [scope.note];
  if (filters.length > 0) closing.push(`Narrowed by ${filters.join(', ')}: leave these out to look further.`);
  if (scope.projects !== null)
    closing.push(`Other projects: ${callOf({ query: 'the same words', project: 'all' })}`);
  closing.push(
    `${terms.length > 1 ? 'Other or fewer words may find it' : 'Other words may find it'}; recent turns: ${callOf({})}`,
  );
  return nothing(`Nothing relevant is stored in the history of ${scope.words}.`, 'nothing relevant', closing);
}

function noMore(): HistoryAnswer {
  return nothing('There are no more messages that fit.', 'end of the list');
}
