/**
 * The messages that fit a question best by their own words. The full-text table gives the postings only: its own
 * bm25() looks up every match's length and counts every word's postings again, ten times the cost of reading them.
 */
import type { Candidate, KnownTerm } from '../search.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import type { SmallPlace } from './small-places.ts';

/** As the engine weighs by default. */
const BM25 = { k1: 1.2, b: 0.75 } as const;
const LEAST_IDF = 1e-6;
/** Matches weighed in full for each one wanted; where too few of them pass the filter, as many again, and so on. */
const WEIGHED = 3;
const LEAST_READ = 20;
/** A question's terms beyond these are left to ranking; they are bits of a number. */
const MOST_TERMS = 30;
/**
 * Common words looked up among the matches of the rare ones, and what makes one too common: the share of messages that
 * hold it, and in a large store their number, since all its postings have to be passed to tell what is told by ranking.
 */
const MOST_COMMON = 4;
const TOO_COMMON = { share: 0.25, messages: 60_000 } as const;

export type CandidateQuery = {
  /** Those the store knows, rarest first; the postings of the first `read` of them are read. */
  readonly terms: readonly KnownTerm[];
  readonly read: number;
  /** The newest of a term's postings, at most. */
  readonly most: number;
  /** Row of the only session looked at, or null. */
  readonly session: number | null;
  /** All that is looked at, where that is small places: nothing else is read then. */
  readonly places: readonly SmallPlace[] | null;
  /** A condition on `m` (messages) with its values. */
  readonly where: string;
  readonly values: ReadonlyArray<string | number>;
  readonly limit: number;
};

type Row = readonly [row: number, length: number];

export function messageCandidates({ db }: Connection): (query: CandidateQuery) => readonly Candidate[] {
  const size = db.prepare<[], { documents: number; terms: number }>(
    "SELECT documents, terms FROM corpora WHERE name = 'messages'",
  );
  // One text for all rows: a row of its own costs as much for each of them as reading it does.
  const postings = db
    .prepare<[string, number], string>(
      `SELECT json_group_array(rowid) FROM (
         SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC LIMIT ?)`,
    )
    .pluck();
  // Summaries may stand in another session than the one they describe.
  const summaries = db
    .prepare<[string, number], string>(
      `SELECT json_group_array(f.rowid) FROM session_summaries u CROSS JOIN message_index f ON f.rowid = u.message
       WHERE f.message_index MATCH ? AND u.session = ?`,
    )
    .pluck();
  const lengths = db
    .prepare<[string], string>(
      `SELECT json_group_array(json_array(k.document, k.length))
       FROM json_each(?) one CROSS JOIN message_tokens k ON k.document = one.value`,
    )
    .pluck();
  const fitting = keyed((where) =>
    db.prepare<Array<string | number>, Candidate>(
      `SELECT m.row, m.session, m.position AS place FROM json_each(?) one CROSS JOIN messages m ON m.row = one.value
       WHERE ${where} ORDER BY one.key LIMIT ?`,
    ),
  );

  const rowsOf = (text: string | undefined): readonly number[] => JSON.parse(text ?? '[]');
  const matches = (body: string, most: number, session: number | null): readonly number[] => {
    const words = `body : (${body})`;
    if (session === null) return rowsOf(postings.get(words, most));
    return [
      ...rowsOf(postings.get(`${words} AND scope : "s${session}"`, most)),
      ...rowsOf(summaries.get(words, session)),
    ];
  };

  /** Which of the terms each match is known to hold, a bit each. */
  const matching = (
    { terms, read, most, session, places }: CandidateQuery,
    documents: number,
  ): Map<number, number> => {
    const held = new Map<number, number>();
    const hold = (rows: readonly number[], bits: number): void => {
      for (const row of rows) held.set(row, (held.get(row) ?? 0) | bits);
    };
    if (places !== null) {
      for (const [at, { number }] of terms.entries()) {
        const rows = places.flatMap((place) => place.postings(number ?? 0));
        hold(at < read ? rows : rows.filter((row) => held.has(row)), 1 << at);
      }
      return held;
    }
    const words = terms.map(({ number }) => `"${(number ?? 0).toString(36)}"`);
    for (let at = 0; at < read; at += 1) hold(matches(words[at] ?? '', most, session), 1 << at);
    // A common word is looked up among the matches of the rare ones: the engine skips the rest of its postings.
    const rare = words.slice(0, read).join(' OR ');
    const ofOnly = read === 1 ? 1 : 0;
    const tooCommon = Math.min(documents * TOO_COMMON.share, TOO_COMMON.messages);
    for (let at = read; at < Math.min(words.length, read + MOST_COMMON); at += 1) {
      if ((terms[at]?.documents ?? 0) > tooCommon) break;
      hold(matches(`(${rare}) AND ${words[at]}`, most, session), (1 << at) | ofOnly);
    }
    return held;
  };

  return (query) => {
    const { documents, terms: total } = size.get() ?? { documents: 0, terms: 0 };
    const terms = query.terms.slice(0, MOST_TERMS);
    const { where, values, limit } = query;
    const idf = terms.map((term) => rarity(documents, term.documents));
    const held = matching({ ...query, terms, read: Math.min(query.read, terms.length) }, documents);
    const weight = (row: number) => sumOf(idf, held.get(row) ?? 0);
    const rows = bestFirst(held, idf);
    const average = documents === 0 ? 1 : Math.max(1, total / documents);
    const found: Candidate[] = [];
    for (let from = 0; found.length < limit && from < held.size; ) {
      const to = Math.min(held.size, from + limit * WEIGHED);
      const weighed: readonly Row[] = JSON.parse(lengths.get(JSON.stringify(rows(from, to))) ?? '[]');
      const scored = weighed.map((row) => ({
        row: row[0],
        score: weight(row[0]) / (1 + norm(row[1] / average)),
      }));
      scored.sort((a, b) => b.score - a.score || b.row - a.row);
      // Rows of messages are long: they are read for the best only, as many as are still wanted.
      for (let at = 0; found.length < limit && at < scored.length; ) {
        const next = scored.slice(at, at + Math.max(LEAST_READ, limit - found.length)).map(({ row }) => row);
        at += next.length;
        found.push(...fitting(where).all(JSON.stringify(next), ...values, limit - found.length));
      }
      from = to;
    }
    return found;
  };
}

function rarity(documents: number, held: number): number {
  return Math.max(LEAST_IDF, Math.log((documents - held + 0.5) / (held + 0.5)));
}

/** BM25's measure of a text this many times as long as the mean one. A word counts once in a message. */
function norm(length: number): number {
  return BM25.k1 * (1 - BM25.b + BM25.b * length);
}

function sumOf(idf: readonly number[], bits: number): number {
  return idf.reduce((sum, one, at) => (bits & (1 << at) ? sum + one : sum), 0);
}

/**
 * Rows with most weight first, the newest of equal ones first. Rows that hold the same terms weigh the same: only the
 * few kinds there are need an order, and rows are sorted as far as they are asked for.
 */
function bestFirst(
  held: ReadonlyMap<number, number>,
  idf: readonly number[],
): (from: number, to: number) => number[] {
  const kinds = new Map<number, number[]>();
  for (const [row, bits] of held) {
    const kind = kinds.get(bits);
    if (kind === undefined) kinds.set(bits, [row]);
    else kind.push(row);
  }
  const waiting = [...kinds].map(([bits, of]) => ({ of, weight: sumOf(idf, bits), bits }));
  waiting.sort((a, b) => b.weight - a.weight || b.bits - a.bits);
  const sorted: number[] = [];
  return (from, to) => {
    while (sorted.length < to) {
      const next = waiting.shift();
      if (next === undefined) break;
      for (const row of Float64Array.from(next.of).sort().reverse()) sorted.push(row);
    }
    return sorted.slice(from, to);
  };
}
