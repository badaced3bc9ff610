/** Finding: candidates by their own words and by the time asked for, what stands around them, and their order. */
import type { NearHit } from '../embeddings/index.ts';
import type { Candidate, Corpus, MessageFilter, Stream } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { inOrder, isReporting, namesOnly, type Phrase, phrasesHeld, phrasesOf } from '../text/asked-words.ts';
import { type DateRange, inRanges, isNarrow } from '../text/dates.ts';
import {
  behindGood,
  foundByNearness,
  fuse,
  liftVerdict,
  type Nearness,
  shownOrStrong,
  strongRows,
} from '../text/fusion.ts';
import { type QueryWeights, type Ranked, rankMessages, weighQuery } from '../text/ranking.ts';
import { isWeakMessage, judgeMessages, type Verdict, worthShowing } from '../text/relevance.ts';
import { type AskedSignals, NO_SIGNALS } from '../text/signals.ts';
import type { Weights } from '../text/weights.ts';
import { type AskedCorpus, RARE, withNames } from './asked-corpus.ts';
import { messageText } from './message-text.ts';
import type { Steps } from './pace.ts';
import type { CurrentTurn } from './scope.ts';
import type { Understood } from './understand.ts';

/** By the retrieval study: the best 60 by their own words, and the neighbours of the best 30 of them. */
const POOL = { own: 60, seeds: 30, phrase: 300, dated: 60 } as const;
/** Postings read for one question, rarest terms first: as good as four times as many, at a third of the time. */
const BUDGET = 5_000;
/** Places fetched around the best hits (for windows around their neighbours too) and around the others. */
const RADIUS = { seeds: 5, others: 2 } as const;
/** Messages of the current turn that can stand within reach of the turn before it. */
const CURRENT_EDGE = 12;

export type Found = {
  readonly ranked: readonly Ranked[];
  readonly verdict: Verdict;
  /** The hit is doubtful. */
  readonly weak: (one: Ranked) => boolean;
  /** True when quoted words were asked for and no message holds them as they stand. */
  readonly phraseMissing: boolean;
  /** True when a time was named and no message of it holds any of the words. */
  readonly timeMissing: boolean;
};

export type Finding = {
  readonly filter: MessageFilter;
  readonly current: CurrentTurn | null;
  readonly weights: Weights;
  readonly explain: boolean;
  readonly steps: Steps;
  /** What is near by meaning, which is looked for meanwhile; never rejects. */
  readonly near: Promise<Nearness<NearHit>>;
};

export async function findMessages(store: Store, given: Understood, finding: Finding): Promise<Found> {
  const { weights, explain, steps } = finding;
  const { understood, corpus } = await withNames(store, given, weights);
  const { query, signals } = understood;
  const phrases = phrasesOf(query);
  const exact = phrases.length === 0 ? null : await phraseHits(store, corpus, phrases, finding);
  const held = new Set(exact?.map(({ row }) => row));
  const beside = query.terms.length - new Set(phrases.flatMap(({ terms }) => terms)).size;
  if (exact !== null && exact.length > 0 && beside < BESIDE) return onlyExact(exact);
  if (!(await steps.next())) return onlyExact(exact ?? []);
  const { asked, hits, streams, near } = await gather(store, understood, corpus, finding);
  const strong = strongRows(near);
  const byWords = rankMessages(asked, streams, hits, POOL.seeds, signals, { weights, explain });
  const ranked = fuse(byWords, near);
  // The words alone are judged: nearness has changed their order. What they do not answer is left to nearness.
  const verdict = judgeMessages(asked, byWords);
  const worth = verdict === 'none' ? [] : worthShowing(asked, ranked, namesOnly(query));
  const own = new Set(worth.map(({ row }) => row));
  const isExact = namesOnly(query) && worth.some(({ exact }) => exact > 0);
  const shown = behindGood(isExact ? worth : shownOrStrong(ranked, worth, strong), {
    nearOnly: ({ row }) => !own.has(row),
    good: (one) => !isWeakMessage(asked, one),
  });
  const named = await holdersOf(store, streams, understood.names);
  const first = foremost(
    [...(exact ?? []), ...shown.filter(({ row }) => !held.has(row))],
    understood.periods,
    named,
  );
  return {
    ranked: first,
    verdict: held.size > 0 ? 'good' : liftVerdict(verdict, strong),
    weak: (one) =>
      held.size > 0 ? !held.has(one.row) : strong.get(one.row) !== 'good' && isWeakMessage(asked, one),
    phraseMissing: exact !== null && held.size === 0 && !steps.cut,
    timeMissing:
      !steps.cut &&
      understood.periods.length > 0 &&
      !first.some((one) => one.own > 0 && inRanges(one.at, understood.periods)),
  };
}

function onlyExact(ranked: readonly Ranked[]): Found {
  const verdict = ranked.length > 0 ? 'good' : 'none';
  return { ranked, verdict, weak: () => false, phraseMissing: false, timeMissing: false };
}

/** Share of a question that a message holds itself, to stand before those of other times. */
const MOSTLY = 0.6;

/**
 * Before the rest: what holds a name, where nothing else tells, with its verb first; what is of the time asked for and
 * holds most of the question. What holds less of it is raised by its date as a signal among others.
 */
function foremost(
  ranked: readonly Ranked[],
  periods: readonly DateRange[],
  named: ReadonlySet<number>,
): readonly Ranked[] {
  if (periods.length === 0 && named.size === 0) return ranked;
  const rank = (one: Ranked) =>
    (named.has(one.row) && one.matched > 0 ? 1 + Math.min(2, one.matched) : 0) +
    (one.own >= MOSTLY && inRanges(one.at, periods) ? 1 : 0);
  return [...ranked].sort((a, b) => rank(b) - rank(a));
}

/** Rows of the messages that hold one of these terms. */
async function holdersOf(
  store: Store,
  streams: readonly Stream[],
  names: ReadonlySet<string>,
): Promise<ReadonlySet<number>> {
  if (names.size === 0) return new Set();
  const { terms } = await store.search.corpus('messages', [...names]);
  const numbers = terms.flatMap(({ number }) => number ?? []);
  const holding = streams.filter((stream) => numbers.some((number) => stream.terms.includes(number)));
  return new Set(holding.map(({ row }) => row));
}

/**
 * A quoted title in a question of so many other words is what it is about, not all that is sought: what holds it comes
 * first, and the rest behind it as weak matches.
 */
const BESIDE = 2;

type Gathered = {
  readonly asked: QueryWeights;
  readonly hits: readonly number[];
  readonly streams: readonly Stream[];
  readonly near: Nearness<NearHit>;
};

/** What there is to rank. */
async function gather(
  store: Store,
  { query, signals, kinds, names: meant }: Understood,
  corpus: AskedCorpus,
  { filter, current, weights, steps, near: looking }: Finding,
): Promise<Gathered> {
  const names = new Set(query.identifiers);
  const byName = query.terms.some((term) => meant.has(term));
  const asked = weighQuery({
    ...corpus,
    terms: corpus.terms.map(({ term, number, documents, others }) => ({
      number,
      documents,
      exact: names.has(term),
      certain: names.has(term) && !HYPHENATED.test(term),
      telling: byName && isReporting(term) ? REPORTING : kinds.has(term) ? weights.kind : 1,
      alternatives: others.flatMap(({ number, documents, strength }) =>
        number === null ? [] : [{ number, documents, strength }],
      ),
    })),
  });
  const byTerms = await candidates(store, corpus, signals, filter);
  await steps.next();
  const near = await looking;
  const hits = [
    ...byTerms,
    ...foundByNearness(
      near,
      byTerms.map(({ row }) => row),
    ),
  ];
  const streams = await streamsAround(store, hits, steps);
  const own = await currentRows(store, current);
  return {
    asked,
    near,
    hits: hits.map(({ row }) => row),
    streams: own.size === 0 ? streams : streams.filter(({ row }) => !own.has(row)),
  };
}

/** Times the weight of a verb of saying beside a name: enough to tell two messages apart that hold the name. */
const REPORTING = 0.3;

/** Words joined by hyphens, as prose joins them too. */
const HYPHENATED = /^[a-z]+(?:-[a-z]+)+$/;

/** The best by their own words, then those of the time that the question names. */
async function candidates(
  store: Store,
  { terms }: AskedCorpus,
  { ranges }: AskedSignals,
  filter: MessageFilter,
): Promise<readonly Candidate[]> {
  const others = terms.flatMap((term) => (term.documents < RARE ? term.others : []));
  const hits = await store.search.messages([...terms, ...others], filter, BUDGET, POOL.own);
  const narrow = ranges.filter(isNarrow);
  if (narrow.length === 0) return hits;
  const seen = new Set(hits.map(({ row }) => row));
  const dated = await store.search.dated(narrow, filter, POOL.dated);
  return [...hits, ...dated.filter(({ row }) => !seen.has(row))];
}

/** The hits and what stands around them, each once. */
async function streamsAround(
  store: Store,
  hits: readonly Candidate[],
  steps: Steps,
): Promise<readonly Stream[]> {
  const wide = await store.search.neighbours(hits.slice(0, POOL.seeds), RADIUS.seeds);
  if (!(await steps.next())) return wide;
  const narrow = await store.search.neighbours(hits.slice(POOL.seeds), RADIUS.others);
  const seen = new Set(wide.map(({ row }) => row));
  return [...wide, ...narrow.filter(({ row }) => !seen.has(row))];
}

/** Messages that hold a quoted phrase as it stands; those with more of the phrases first. */
async function phraseHits(
  store: Store,
  corpus: Corpus,
  phrases: readonly Phrase[],
  { filter, weights, explain, steps }: Finding,
): Promise<Ranked[]> {
  const number = new Map(corpus.terms.map((known) => [known.term, known.number]));
  const sought = phrases.map(({ terms }) => terms.map((term) => number.get(term) ?? null));
  const inPhrases = new Set(phrases.flatMap(({ terms }) => terms));
  const needed = corpus.terms.filter(({ term }) => inPhrases.has(term));
  const hits = await store.search.messages(needed, filter, BUDGET, POOL.phrase);
  if (!(await steps.next())) return [];
  const streams = await store.search.neighbours(hits, 0);
  const close = streams.filter(({ terms }) => sought.some((numbers) => inOrder(terms, numbers)));
  const rows = close.map(({ row }) => row);
  const ranked = rankMessages(weighQuery(corpus), close, rows, 0, NO_SIGNALS, { weights, explain });
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
