// The order of what a search has found, from term numbers alone: BM25 of a message and of the messages around it,
// what its session holds, and how much of the question it covers. Nothing here knows words, texts or a store.

import { asks, novelty } from './cues.ts';
import type { QueryWeights } from './query-weights.ts';
import { type AskedSignals, NO_SIGNALS, type SignalSource, signalParts, toldBy } from './signals.ts';
import { bm25, countAll, covered, decayedBy, ownShare, type Share, type Span } from './term-scores.ts';
import { REACH, WEIGHTS, type Weights } from './weights.ts';

export { type QueryWeights, type RankCorpus, weighQuery } from './query-weights.ts';

/** A document as its term numbers in order; `place` orders it among those of its session. */
export type RankStream = SignalSource & {
  readonly row: number;
  readonly session: number;
  readonly place: number;
  readonly terms: Uint32Array;
};

/** What each signal added to a score; a signal that said nothing is left out. */
export type Parts = Readonly<Record<string, number>>;

export type Ranked = {
  readonly row: number;
  readonly at: number | null;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  /** Share of the question's weight (inverse document frequencies) found here or close by, 0..1. */
  readonly coverage: number;
  /** Share found in the document itself, 0..1. */
  readonly own: number;
  /** How many different terms of the question the document itself holds. */
  readonly matched: number;
  /** How many of the question's exact names it holds. */
  readonly exact: number;
  /** How many of them no prose writes so. */
  readonly certain: number;
  /** What stands before it asks, and holds words of the question. */
  readonly answers: boolean;
  /** 0 to 2: the question names an author, and the time of this message. */
  readonly told: number;
  /** What makes up the score, where it was asked for. */
  readonly parts?: Parts;
};

export type RankOptions = {
  readonly weights?: Weights;
  /** Give each hit its parts. */
  readonly explain?: boolean;
};

/** Neighbours this far away of the best hits are candidates too (study: 3 is as good as all). */
const SEED_REACH = 3;

/**
 * Ranks messages with what stands around them.
 * @param streams the hits and their neighbours, any order
 * @param hits rows found by their own words, best first; around the first `seeds` of them neighbours count as
 * candidates too: an answer often shares no word with its question
 * @param asked what the question asks for beside its words
 */
export function rankMessages(
  query: QueryWeights,
  streams: readonly RankStream[],
  hits: readonly number[],
  seeds: number,
  asked: AskedSignals = NO_SIGNALS,
  { weights = WEIGHTS, explain = false }: RankOptions = {},
): Ranked[] {
  const { part, window } = weights;
  const decayed = decayedBy(weights.decay);
  const line = [...streams].sort((a, b) => a.session - b.session || a.place - b.place);
  const at = new Map(line.map(({ row }, index) => [row, index]));
  const counts = countAll(query, line);
  const own = line.map((stream, index) =>
    bm25(query, counts, index, index, stream.terms.length, weights.own, 1),
  );
  const inSession = new Map<number, number>();
  const wanted = new Set<number>();
  hits.forEach((row, place) => {
    const index = at.get(row);
    if (index === undefined) return;
    const { session } = line[index] ?? { session: -1 };
    inSession.set(session, Math.max(inSession.get(session) ?? 0, own[index] ?? 0));
    const { first, last } = around(line, index, place < seeds ? SEED_REACH : 0);
    for (let near = first; near <= last; near += 1) wanted.add(near);
  });
  const bases = new Map<number, Base>();
  let best = 1e-9;
  for (const index of wanted) {
    const near = around(line, index, window.radius);
    let length = 0;
    for (let other = near.first; other <= near.last; other += 1) length += line[other]?.terms.length ?? 0;
    const base = {
      own: part.own * (own[index] ?? 0),
      window: part.window * bm25(query, counts, near.first, near.last, length, window, 2 * window.radius + 1),
      reply: replyScore(line, own, near, index, part),
      session: part.session * (inSession.get(line[index]?.session ?? -1) ?? 0),
    };
    best = Math.max(best, sumOf(base));
    bases.set(index, base);
  }
  const newness = sharedNewness(line, bases.keys());
  const ranked: Ranked[] = [];
  for (const [index, base] of bases) {
    const stream = line[index];
    if (stream === undefined) continue;
    const scale = weights.base / best;
    const coverage = covered(query, counts, index, around(line, index, REACH), decayed);
    const share = ownShare(query, counts, index);
    const parts = {
      ...signalParts(stream, asked, weights),
      coverage: weights.coverage * coverage,
      exact: exactScore(query, share, weights),
      novel: weights.novel * newness(stream),
    };
    ranked.push({
      row: stream.row,
      at: stream.at,
      score: scale * sumOf(base) + Object.values(parts).reduce((sum, value) => sum + value, 0),
      coverage,
      answers: base.reply > 0,
      told: toldBy(stream, asked),
      ...share,
      ...(explain ? { parts: said({ ...scaled(base, scale), ...parts }) } : {}),
    });
  }
  return ranked.sort(byWorth);
}

/** What the question before the message holds, or the one before that where nothing else asks in between. */
function replyScore(
  line: readonly RankStream[],
  own: readonly number[],
  { first }: Span,
  index: number,
  { reply, replyApart }: Weights['part'],
): number {
  if (index - 1 >= first && asks(line[index - 1]?.cues ?? 0)) return reply * (own[index - 1] ?? 0);
  if (index - 2 >= first && asks(line[index - 2]?.cues ?? 0)) return replyApart * (own[index - 2] ?? 0);
  return 0;
}

/** What a message owes to words: its own, those around it, those of a question before it, those of its session. */
type Base = {
  readonly own: number;
  readonly window: number;
  readonly reply: number;
  readonly session: number;
};

function sumOf({ own, window, reply, session }: Base): number {
  return own + window + reply + session;
}

function scaled({ own, window, reply, session }: Base, scale: number): Base {
  return { own: own * scale, window: window * scale, reply: reply * scale, session: session * scale };
}

function said(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== 0));
}

/** Of messages that say the same, none is newer than the others: the first would stand before its repetitions. */
function sharedNewness(
  line: readonly RankStream[],
  wanted: Iterable<number>,
): (stream: RankStream) => number {
  const most = new Map<number, number>();
  for (const index of wanted) {
    const stream = line[index];
    if (stream === undefined) continue;
    const key = textHash(stream);
    most.set(key, Math.max(most.get(key) ?? 0, novelty(stream.cues)));
  }
  return (stream) => most.get(textHash(stream)) ?? 0;
}

const COMPARED_TERMS = 24;

function textHash({ terms }: RankStream): number {
  let hash = terms.length;
  for (let at = 0; at < terms.length && at < COMPARED_TERMS; at += 1) {
    hash = (Math.imul(hash, 31) + (terms[at] ?? 0)) | 0;
  }
  return hash;
}

/** Ranks records that stand alone. */
export function rankRecords(
  query: QueryWeights,
  streams: readonly RankStream[],
  { weights = WEIGHTS, explain = false }: RankOptions = {},
): Ranked[] {
  const counts = countAll(query, streams);
  const own = streams.map((stream, index) =>
    bm25(query, counts, index, index, stream.terms.length, weights.own, 1),
  );
  const best = Math.max(1e-9, ...own);
  return streams
    .map(({ row, at }, index) => {
      const share = ownShare(query, counts, index);
      const parts = {
        own: (weights.base * (own[index] ?? 0)) / best,
        coverage: weights.coverage * share.own,
        exact: exactScore(query, share, weights),
      };
      const score = parts.own + parts.coverage + parts.exact;
      return {
        row,
        at,
        score,
        coverage: share.own,
        answers: false,
        told: 0,
        ...share,
        ...(explain ? { parts: said(parts) } : {}),
      };
    })
    .sort(byWorth);
}

/** Best first; what is equal by recency, then by row, so that the order is the same each time. */
function byWorth(a: Ranked, b: Ranked): number {
  return b.score - a.score || (b.at ?? -1) - (a.at ?? -1) || b.row - a.row;
}

/** The places in `line` up to `radius` places away in the same session, `index` among them. */
function around(line: readonly RankStream[], index: number, radius: number): Span {
  let [first, last] = [index, index];
  while (index - first < radius && connected(line, first - 1)) first -= 1;
  while (last - index < radius && connected(line, last)) last += 1;
  return { first, last };
}

/** Neighbours were fetched up to some places away: a wider gap means that what stands between was not fetched. */
const LARGEST_GAP = 6;

/** The documents at `at` and after it stand together. */
function connected(line: readonly RankStream[], at: number): boolean {
  const [one, next] = [line[at], line[at + 1]];
  if (one === undefined || next === undefined || one.session !== next.session) return false;
  return next.place - one.place <= LARGEST_GAP;
}

function exactScore({ exactKnown }: QueryWeights, { exact }: Share, weights: Weights): number {
  return exactKnown === 0 ? 0 : (weights.exact * exact) / exactKnown;
}
