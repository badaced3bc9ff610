// The order of what a search has found, from term numbers alone: BM25 of a message and of the messages around it,
// what its session holds, and how much of the question it covers. Nothing here knows words, texts or a store.

import { asks, type CueBits, novelty } from './cues.ts';
import { type AskedSignals, isTold, NO_SIGNALS, signalScore } from './signals.ts';
import { bm25, countAll, covered, ownShare, type Share } from './term-scores.ts';
import { OWN, PART, REACH, SCORE, SIGNAL, WINDOW } from './weights.ts';

/** A term of the question. `number` is null, or `documents` 0, for a term that the store does not hold. */
type RankTerm = {
  readonly number: number | null;
  readonly documents: number;
  /** A name as code writes it, whole: who asks for it means it. */
  readonly exact?: boolean;
};

export type RankCorpus = {
  readonly documents: number;
  /** Mean length of a document in terms. */
  readonly averageLength: number;
  readonly terms: readonly RankTerm[];
};

/** A document as its term numbers in order; `place` orders it among those of its session. */
export type RankStream = {
  readonly row: number;
  readonly session: number;
  readonly place: number;
  readonly terms: Uint32Array;
  /** Epoch milliseconds, or null. */
  readonly at: number | null;
  readonly cues: CueBits;
  /** 0 = not known. */
  readonly author: number;
};

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
  /** What stands before it asks, and holds words of the question. */
  readonly answers: boolean;
  /** The question names an author, or the time of this message. */
  readonly told: boolean;
};

/** What a question weighs against this store. */
export type QueryWeights = {
  readonly count: number;
  /** Position in the question + 1 by term number; 0 for every other term. */
  readonly mark: Uint8Array;
  readonly idf: Float64Array;
  /** 1 for exact names. */
  readonly exact: Uint8Array;
  /** How many exact names the store holds. */
  readonly exactKnown: number;
  /** Sum over all terms; one that the store does not hold counts 0.8 of one it holds once. */
  readonly total: number;
  /** No term of the question is held by the store. */
  readonly unknown: boolean;
  /** Those that the store holds stand in so many documents that they tell nothing apart. */
  readonly commonOnly: boolean;
  readonly averageLength: number;
};

/** Neighbours this far away of the best hits are candidates too (study: 3 is as good as all). */
const SEED_REACH = 3;
/**
 * A store smaller than this is weighed as if it held this many documents: document frequencies of a handful of
 * records say nothing about how telling a word is.
 */
const LEAST_DOCUMENTS = 100;
/** A term in more than this share of the documents tells nothing apart, once there are enough of them. */
const COMMON = { share: 0.5, documents: 60 } as const;
const UNKNOWN_WEIGHT = 0.8;
/** More terms than this are not weighed: a question has a dozen. */
const MOST_TERMS = 200;

export function weighQuery({ documents, averageLength, terms }: RankCorpus): QueryWeights {
  const asked = terms.slice(0, MOST_TERMS);
  const size = Math.max(documents, LEAST_DOCUMENTS);
  const highest = asked.reduce((most, { number }) => Math.max(most, number ?? 0), 0);
  const mark = new Uint8Array(highest + 1);
  const idf = new Float64Array(asked.length);
  const exact = new Uint8Array(asked.length);
  const once = Math.log(1 + (size - 0.5) / 1.5);
  let total = 0;
  let known = 0;
  let telling = 0;
  let exactKnown = 0;
  asked.forEach(({ number, documents: frequency, exact: named = false }, at) => {
    if (number === null || frequency <= 0) {
      total += UNKNOWN_WEIGHT * once;
      return;
    }
    mark[number] = at + 1;
    const weight = Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5));
    idf[at] = Math.max(weight, 1e-6);
    total += idf[at] ?? 0;
    known += 1;
    if (named) {
      exact[at] = 1;
      exactKnown += 1;
    }
    if (documents < COMMON.documents || frequency <= documents * COMMON.share) telling += 1;
  });
  return {
    count: asked.length,
    mark,
    idf,
    exact,
    exactKnown,
    total,
    unknown: known === 0,
    commonOnly: known > 0 && telling === 0,
    averageLength: Math.max(1, averageLength),
  };
}

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
): Ranked[] {
  const line = [...streams].sort((a, b) => a.session - b.session || a.place - b.place);
  const at = new Map(line.map(({ row }, index) => [row, index]));
  const counts = countAll(query, line);
  const own = line.map((stream, index) => bm25(query, counts, index, index, stream.terms.length, OWN, 1));
  const inSession = new Map<number, number>();
  const wanted = new Set<number>();
  hits.forEach((row, place) => {
    const index = at.get(row);
    if (index === undefined) return;
    const { session } = line[index] ?? { session: -1 };
    inSession.set(session, Math.max(inSession.get(session) ?? 0, own[index] ?? 0));
    for (const near of place < seeds ? around(line, index, SEED_REACH) : [index]) wanted.add(near);
  });
  const base = new Map<number, { readonly value: number; readonly answers: boolean }>();
  for (const index of wanted) {
    const near = around(line, index, WINDOW.radius);
    const [first = index] = near;
    const last = near.at(-1) ?? index;
    const length = near.reduce((sum, other) => sum + (line[other]?.terms.length ?? 0), 0);
    const before = index - 1;
    const answers = near.includes(before) && asks(line[before]?.cues ?? 0);
    const inherited = answers ? (own[before] ?? 0) : 0;
    const value =
      (own[index] ?? 0) +
      PART.window * bm25(query, counts, first, last, length, WINDOW, 2 * WINDOW.radius + 1) +
      PART.reply * inherited +
      PART.session * (inSession.get(line[index]?.session ?? -1) ?? 0);
    base.set(index, { value, answers: inherited > 0 });
  }
  const best = Math.max(1e-9, ...[...base.values()].map(({ value }) => value));
  const newness = sharedNewness(line, base.keys());
  const ranked: Ranked[] = [];
  for (const [index, { value, answers }] of base) {
    const stream = line[index];
    if (stream === undefined) continue;
    const coverage = covered(query, counts, index, around(line, index, REACH));
    const share = ownShare(query, counts, index);
    const score =
      (SCORE.base * value) / best +
      SCORE.coverage * coverage +
      exactScore(query, share) +
      SIGNAL.novel * newness(stream) +
      signalScore(stream, asked);
    ranked.push({
      row: stream.row,
      at: stream.at,
      score,
      coverage,
      answers,
      told: isTold(stream, asked),
      ...share,
    });
  }
  return ranked.sort(byWorth);
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
export function rankRecords(query: QueryWeights, streams: readonly RankStream[]): Ranked[] {
  const counts = countAll(query, streams);
  const own = streams.map((stream, index) => bm25(query, counts, index, index, stream.terms.length, OWN, 1));
  const best = Math.max(1e-9, ...own);
  return streams
    .map(({ row, at }, index) => {
      const share = ownShare(query, counts, index);
      const score =
        (SCORE.base * (own[index] ?? 0)) / best + SCORE.coverage * share.own + exactScore(query, share);
      return { row, at, score, coverage: share.own, answers: false, told: false, ...share };
    })
    .sort(byWorth);
}

/** Best first; what is equal by recency, then by row, so that the order is the same each time. */
function byWorth(a: Ranked, b: Ranked): number {
  return b.score - a.score || (b.at ?? -1) - (a.at ?? -1) || b.row - a.row;
}

/** Places in `line` up to `radius` places away in the same session, in order, `index` among them. */
function around(line: readonly RankStream[], index: number, radius: number): number[] {
  const session = line[index]?.session;
  const near: number[] = [];
  for (let other = index - radius; other <= index + radius; other += 1) {
    if (other >= 0 && line[other]?.session === session && connected(line, other, index)) near.push(other);
  }
  return near;
}

/** Neighbours were fetched up to some places away: a wider gap means that what stands between was not fetched. */
const LARGEST_GAP = 6;

function connected(line: readonly RankStream[], a: number, b: number): boolean {
  for (let at = Math.min(a, b); at < Math.max(a, b); at += 1) {
    if ((line[at + 1]?.place ?? 0) - (line[at]?.place ?? 0) > LARGEST_GAP) return false;
  }
  return true;
}

function exactScore({ exactKnown }: QueryWeights, { exact }: Share): number {
  return exactKnown === 0 ? 0 : (SCORE.exact * exact) / exactKnown;
}
