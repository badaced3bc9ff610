/**
 * A lone fact shares few words with a question that the talk around it would answer. Where no record fits well by
 * itself, messages are searched, and what was remembered next to those that cover the question is a weak hit.
 */
import type { RecordCandidate } from '../store/memories.ts';
import type { Stream } from '../store/search.ts';
import type { AnalysedQuery } from '../text/terms.ts';
import { type Asking, type Candidate, weightsOf } from './asking.ts';
import { boostOf } from './boosts.ts';
import { isAsked, isInForce } from './scope.ts';

/** Messages looked at, and the postings read for them: a question that finds nothing should cost little. */
const POOL = 60;
const BUDGET = 3_000;
/** Places around a message that count as the talk about it. */
const RADIUS = 2;
/** Share of the question that a record and the talk around it have to cover together, and how many terms of it. */
const COVERED = 0.75;
const MATCHED = 3;
/** A term in more than this share of the messages says nothing of what was talked about. */
const RARE = 0.02;
const RARE_MATCHED = 2;
const BESIDE = 40;
const MOST = 2;

export async function windowed(
  asking: Asking,
  query: AnalysedQuery,
  known: readonly Candidate[],
): Promise<Candidate[]> {
  const { store, caller, request, now } = asking;
  if (query.terms.length < MATCHED) return [];
  const corpus = await store.search.corpus('messages', query.terms);
  const rare = new Set(
    corpus.terms.flatMap(({ number, documents }) =>
      number !== null && documents > 0 && documents <= Math.max(3, corpus.documents * RARE) ? [number] : [],
    ),
  );
  if (rare.size < RARE_MATCHED) return [];
  const weights = weightsOf(
    { ...corpus, terms: corpus.terms.map((term) => ({ ...term, others: [] })) },
    query,
  );
  const turn =
    caller.session === null ? null : await store.sessions.currentTurn(caller.session, caller.turnKey);
  const hits = await store.search.messages(
    corpus.terms,
    {
      projects: request.scope === 'all' || caller.project === null ? null : caller.project.ids,
      // The question itself stands there.
      ...(caller.session === null ? {} : { exclude: [{ session: caller.session, turn }] }),
    },
    BUDGET,
    POOL,
  );
  const beside = await store.memories.beside(
    hits.map(({ row }) => row),
    BESIDE,
  );
  if (beside.length === 0) return [];
  const near = new Set(beside.map(({ message }) => message));
  const line = await store.search.neighbours(
    hits.filter(({ row }) => near.has(row)),
    RADIUS,
  );
  const seen = new Set(known.map(({ record }) => record.row));
  const rows = [...new Set(beside.map(({ row }) => row))].filter((row) => !seen.has(row));
  const found: Candidate[] = [];
  for (const record of await store.memories.candidates(rows)) {
    if (!isAsked(record, caller, request) || !isInForce(record, now)) continue;
    const share = Math.max(
      ...beside.filter(({ row }) => row === record.row).map(({ message }) => shareOf(record, message)),
    );
    if (share < COVERED) continue;
    const boost = boostOf(record, caller);
    found.push({
      record,
      ranked: null,
      boost,
      score: share + boost.sum,
      weak: true,
      via: null,
      by: 'window',
    });
  }
  return found.sort((a, b) => b.score - a.score || b.record.row - a.record.row).slice(0, MOST);

  /** The share of the question's weight that the record and the messages around `message` hold together; 0 = too few. */
  function shareOf(record: RecordCandidate, message: number): number {
    const held = new Set(record.terms);
    for (const { terms } of around(line, message)) for (const term of terms) held.add(term);
    const asked = corpus.terms.flatMap(({ number }, index) =>
      number !== null && held.has(number) ? [{ number, index }] : [],
    );
    const telling = asked.filter(({ number }) => rare.has(number)).length;
    if (asked.length < MATCHED || telling < RARE_MATCHED) return 0;
    return asked.reduce((sum, { index }) => sum + (weights.idf[index] ?? 0), 0) / weights.total;
  }
}

function around(line: readonly Stream[], message: number): Stream[] {
  const hit = line.find(({ row }) => row === message);
  if (hit === undefined) return [];
  return line.filter(
    ({ session, place }) => session === hit.session && Math.abs(place - hit.place) <= RADIUS,
  );
}
