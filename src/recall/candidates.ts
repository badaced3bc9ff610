/**
 * The memories that fit a question, best first: ranked by their terms, then by how near they are to the caller. What
 * was replaced is ranked with them and leads to the record that holds now.
 */
import { inOwnPaths } from '../project/asked-paths.ts';
import type { MemoryVersion, RecordCandidate } from '../store/memories.ts';
import type { Store } from '../store/store.ts';
import { namesOnly, type Phrase, phrasesHeld, phrasesOf } from '../text/asked-words.ts';
import {
  behindGood,
  foundByNearness,
  fuse,
  type Nearness,
  NOTHING_NEAR,
  shownOrStrong,
  strongRows,
} from '../text/fusion.ts';
import { type Ranked, rankRecords } from '../text/ranking.ts';
import { type AnalysedQuery, analyseQuery } from '../text/terms.ts';
import type { Moment } from './as-of.ts';
import {
  type AskedCorpus,
  type Asking,
  type Candidate,
  corpusOf,
  type Fitting,
  type Found,
  lookedUp,
  weightsOf,
} from './asking.ts';
import { boostOf } from './boosts.ts';
import { canAnswer, isDoubtful, judgeOf, leastShown } from './confidence.ts';
import { distinct } from './distinct.ts';
import { namedRecords } from './named.ts';
import { filterOf, isAsked, isInForce } from './scope.ts';
import { windowed } from './window.ts';

/** Postings read for one question, and documents ranked of them. */
const BUDGET = 5_000;
const POOL = 50;
/** Most that one answer shows. */
const MOST = 20;
/** Records that are judged: one more than an answer shows. */
const LOOKED = MOST + 1;
/** Texts read beyond those that are shown; what comes after is judged by its term numbers alone. */
const BEYOND = 3;
/** Most that a record is given for a text that is not read, in log-odds: about two thirds of a title named in whole. */
const CREDIT = 1;
/** What leads to a record by an older wording stands behind what fits as well by itself. */
const VIA = -0.3;
/** Whole texts read for a quoted phrase. */
const PHRASE_LOOKED = 40;

export async function memoriesFor(given: Asking, limit: number): Promise<Found> {
  const { store, caller, asOf } = given;
  const question = await inOwnPaths(given.request.query, caller, store.projects);
  const asking: Asking = { ...given, request: { ...given.request, query: question } };
  const named = await namedRecords(asking);
  const query = analyseQuery(named.rest);
  const byWords = await wordHits(asking, query, limit);
  const known = new Set(named.records.map(({ row }) => row));
  const candidates = [
    ...named.records.map((record): Candidate => {
      const boost = boostOf(record, caller);
      return { record, ranked: null, boost, score: 10 + boost.sum, weak: false, via: null, by: 'id' };
    }),
    ...byWords.candidates.filter(({ record }) => !known.has(record.row)),
  ];
  const versions = asOf === null ? null : await versionsThen(store, candidates, asOf);
  const then = versions === null ? candidates : candidates.filter(({ record }) => versions.has(record.row));
  const clusters = await distinct(store, then, MOST + 1);
  const shown: Fitting[] = [];
  for (const { best, like } of clusters.slice(0, limit)) {
    const memory = best.read ?? (await store.memories.byRows([best.record.row]))[0];
    // Gone meanwhile, by another process.
    if (memory === undefined) continue;
    const version = versions?.get(memory.row);
    const { title, content } = version ?? memory;
    shown.push({ ...best, like, memory: { ...memory, title, content } });
  }
  return {
    shown,
    count: Math.min(clusters.length, MOST),
    phraseMissing: byWords.phraseMissing && shown.length > 0,
    unseen: named.unseen,
    noWords: query.terms.length === 0,
  };
}

type WordHits = { readonly candidates: readonly Candidate[]; readonly phraseMissing: boolean };

async function wordHits(asking: Asking, query: AnalysedQuery, limit: number): Promise<WordHits> {
  const { store } = asking;
  if (query.terms.length === 0) return { candidates: [], phraseMissing: false };
  // Looked for beside the words: by the time that these are ready, little of its deadline is left to wait for.
  const looking = nearTo(asking);
  const corpus = await corpusOf(store, 'memories', query);
  const byTerms = await pool(asking, corpus);
  const near = await looking;
  const beyond = foundByNearness(
    near,
    byTerms.map(({ row }) => row),
  );
  const records = [...byTerms, ...(await store.memories.candidates(beyond.map(({ row }) => row)))];
  const strong = strongRows(near);
  const weights = weightsOf(corpus, query);
  const ranked = fuse(
    rankRecords(weights, records, { weights: asking.weights, explain: asking.request.explain === true }),
    near,
  );
  const phrases = phrasesOf(query);
  if (phrases.length > 0) {
    const held = await holding(store, ranked, phrases);
    if (held.size > 0) {
      const exact = await resolved(
        asking,
        records,
        ranked.filter(({ row }) => held.has(row)),
      );
      if (exact.length > 0) {
        const titled = exact.map((one) => ({
          ...one,
          weak: false,
          ...(held.get(one.record.row) === true ? { by: 'id' as const, score: one.score + 10 } : {}),
        }));
        return { candidates: titled.sort(byScore), phraseMissing: false };
      }
    }
  }
  const named = namesOnly(query) && ranked.some(({ exact }) => exact > 0);
  const fitting = canAnswer(weights, ranked) ? ranked.filter(({ exact }) => !named || exact > 0) : [];
  const found = await resolved(asking, records, named ? fitting : shownOrStrong(ranked, fitting, strong));
  const candidates = await worthShowing(asking, corpus, found, strong, limit);
  const missing = phrases.length > 0;
  if (candidates.some(({ weak }) => !weak) || asking.asOf !== null || asking.request.strict === true)
    return { candidates, phraseMissing: missing };
  const beside = await windowed(asking, query, candidates);
  return { candidates: [...candidates, ...beside], phraseMissing: missing };
}

/** What is sure enough to be shown, the surest of what fits alike first; what is very near in meaning needs no words. */
async function worthShowing(
  { store, request, caller }: Asking,
  corpus: AskedCorpus,
  found: readonly Candidate[],
  strong: ReadonlyMap<number, 'weak' | 'good'>,
  limit: number,
): Promise<Candidate[]> {
  const isNear = ({ ranked }: Candidate) => ranked !== null && strong.has(ranked.row);
  const judge = judgeOf(corpus, request.query, caller.project?.name ?? null);
  const looked = found.filter((one, at) => at < LOOKED || isNear(one));
  const [first, rest] = [looked.slice(0, limit + BEYOND), looked.slice(limit + BEYOND)];
  const texts = new Map(
    (await store.memories.byRows(first.map(({ record }) => record.row))).map((memory) => [
      memory.row,
      memory,
    ]),
  );
  const read = first.flatMap((one) => {
    const text = texts.get(one.record.row);
    if (text === undefined) return [];
    const judged = judge.read(one, text);
    return [{ one: { ...one, read: text, judged }, sure: judged.sure }];
  });
  // What is not read is given what reading gave to each of the others.
  const credit = read.reduce((less, { one, sure }) => Math.min(less, sure - judge.unread(one)), CREDIT);
  const judged: ReadonlyArray<{ readonly one: Candidate; readonly sure: number }> = [
    ...read,
    ...rest.map((one) => ({ one, sure: judge.unread(one) + credit })),
  ];
  const strict = request.strict === true;
  const least = leastShown(mostOf(judged), strict);
  const byRecord = new Map(judged.map(({ one, sure }) => [one.record.row, sure]));
  const sureBy = ({ record }: Candidate) => byRecord.get(record.row) ?? Number.NEGATIVE_INFINITY;
  const worth = judged
    .filter(({ one, sure }) => sure >= least || (!strict && isNear(one)))
    .map(({ one, sure }) => {
      const veryNear = one.ranked !== null && strong.get(one.ranked.row) === 'good';
      return { ...one, score: one.score + sure, weak: !veryNear && isDoubtful(sure) };
    })
    .sort(byScore);
  // What holds the very word stands before what holds one that may mean the same.
  const relatedOnly = ({ judged: one }: Candidate) => one?.relatedOnly === true;
  const ordered = [...worth.filter((one) => !relatedOnly(one)), ...worth.filter(relatedOnly)];
  return behindGood(ordered, {
    nearOnly: (one) => isNear(one) && sureBy(one) < least,
    good: (one) => !isDoubtful(sureBy(one)),
  });
}

function mostOf(judged: ReadonlyArray<{ readonly sure: number }>): number {
  return judged.reduce((most, { sure }) => Math.max(most, sure), Number.NEGATIVE_INFINITY);
}

async function nearTo({ semantic, caller, request, asOf }: Asking): Promise<Nearness> {
  if (semantic === null) return NOTHING_NEAR;
  const { scopes, states } = filterOf(caller, request, asOf);
  return semantic.near(request.query, { kind: 'memories', scopes, states }, POOL);
}

/** The best by their own words. Replaced records must not crowd out those in force. */
async function pool(
  { store, caller, request, asOf }: Asking,
  corpus: AskedCorpus,
): Promise<readonly RecordCandidate[]> {
  const filter = filterOf(caller, request, asOf);
  const terms = lookedUp(corpus);
  const records = await store.memories.matching(terms, filter, BUDGET, POOL);
  const active = records.filter(({ state }) => state === 'active').length;
  if (asOf !== null || records.length < POOL || active >= POOL / 2) return records;
  const inForce = await store.memories.matching(terms, { ...filter, states: ['active'] }, BUDGET, POOL / 2);
  const seen = new Set(records.map(({ row }) => row));
  return [...records, ...inForce.filter(({ row }) => !seen.has(row))];
}

/** The ranked records that the caller may be shown, each replaced one led to the record in force. */
async function resolved(
  asking: Asking,
  records: readonly RecordCandidate[],
  ranked: readonly Ranked[],
): Promise<Candidate[]> {
  const { store, caller, request, asOf, now } = asking;
  const byRow = new Map(records.map((record) => [record.row, record]));
  const found = new Map<number, Candidate>();
  const put = (record: RecordCandidate, one: Ranked, via: RecordCandidate | null): void => {
    if (!isAsked(record, caller, request) || (asOf === null && !isInForce(record, now))) return;
    const boost = boostOf(record, caller);
    const score = one.score + boost.sum + (via === null ? 0 : VIA);
    const known = found.get(record.row);
    // The best way to it counts; with its own words alone it would say nothing of what it replaced.
    if (known === undefined || known.score < score)
      found.set(record.row, { record, ranked: one, boost, score, weak: false, via, by: 'words' });
  };
  const replaced = asOf === null ? records.filter(({ state }) => state === 'superseded') : [];
  const old = new Set(replaced.map(({ row }) => row));
  const wanted = new Set(ranked.map(({ row }) => row));
  const ends = await store.memories.inForce(
    replaced.filter(({ row }) => wanted.has(row)).map(({ id }) => id),
  );
  const absent = [...new Set(ends.values())].filter((row) => !byRow.has(row));
  for (const record of await store.memories.candidates(absent)) byRow.set(record.row, record);
  for (const one of ranked) {
    const record = byRow.get(one.row);
    if (record === undefined) continue;
    if (!old.has(record.row)) {
      put(record, one, null);
      continue;
    }
    const end = byRow.get(ends.get(record.id) ?? -1);
    if (end !== undefined) put(end, one, record);
  }
  return [...found.values()].sort(byScore);
}

function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || b.record.at - a.record.at || b.record.row - a.record.row;
}

/** Records that hold a quoted phrase as it stands, by row; true where it is their very title. */
async function holding(
  store: Store,
  ranked: readonly Ranked[],
  phrases: readonly Phrase[],
): Promise<ReadonlyMap<number, boolean>> {
  const memories = await store.memories.byRows(ranked.slice(0, PHRASE_LOOKED).map(({ row }) => row));
  return new Map(
    memories.flatMap((memory) => {
      const { title, content, aliases, tags } = memory;
      if (phrasesHeld([title, content, ...aliases, ...tags].join('\n'), phrases) === 0) return [];
      return [[memory.row, phrases.some(({ words }) => words === asWords(title))] as const];
    }),
  );
}

/** A title as a phrase is compared: small letters, one blank between words. */
function asWords(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, ' ')
    .trim();
}

/** What the records said at that time; those that nobody had admitted by then are left out. */
async function versionsThen(
  store: Store,
  candidates: readonly Candidate[],
  { at }: Moment,
): Promise<ReadonlyMap<number, MemoryVersion>> {
  const rows = candidates.map(({ record }) => record.row);
  const versions = await store.memories.versionsAt(rows, at);
  return new Map([...versions].filter(([, { state }]) => state === 'active'));
}
