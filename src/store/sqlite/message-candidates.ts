/**
 * The messages that fit a question best by their own words. The full-text table gives the postings only: its own
 * bm25() looks up every match's length and counts every word's postings again, ten times the cost of reading them.
 */
import type { Candidate, KnownTerm } from '../search.ts';
import type { Connection } from './connection.ts';
import { unpackHex } from './hex-terms.ts';
import { keyed } from './keyed.ts';

/** As the engine weighs by default. */
const BM25 = { k1: 1.2, b: 0.75 } as const;
const LEAST_IDF = 1e-6;
/** Matches weighed in full for each one wanted; where too few of them pass the filter, as many again, and so on. */
const WEIGHED = 3;
const LEAST_READ = 20;

export type CandidateQuery = {
  /** Those the store knows, rarest first; the postings of the first `read` of them are read. */
  readonly terms: readonly KnownTerm[];
  readonly read: number;
  /** The newest of a term's postings, at most. */
  readonly most: number;
  /** Row of the only session looked at, or null. */
  readonly session: number | null;
  /** A condition on `m` (messages) with its values. */
  readonly where: string;
  readonly values: ReadonlyArray<string | number>;
  readonly limit: number;
};

type Row = readonly [row: number, length: number, terms: string];

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
  const streams = db
    .prepare<[string], string>(
      `SELECT json_group_array(json_array(k.document, k.length, hex(k.terms)))
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
  const matches = ({ number }: KnownTerm, most: number, session: number | null): readonly number[] => {
    const body = `body : "${(number ?? 0).toString(36)}"`;
    if (session === null) return rowsOf(postings.get(body, most));
    return [
      ...rowsOf(postings.get(`${body} AND scope : "s${session}"`, most)),
      ...rowsOf(summaries.get(body, session)),
    ];
  };

  return ({ terms, read, most, session, where, values, limit }) => {
    const { documents, terms: total } = size.get() ?? { documents: 0, terms: 0 };
    const idf = terms.map((term) => rarity(documents, term.documents));
    const held = new Map<number, number>();
    terms.slice(0, read).forEach((term, at) => {
      const weight = idf[at] ?? 0;
      for (const row of matches(term, most, session)) held.set(row, (held.get(row) ?? 0) + weight);
    });
    const rows = bestFirst(held);
    const place = new Map(terms.map(({ number }, at) => [number ?? 0, at]));
    const average = documents === 0 ? 1 : Math.max(1, total / documents);
    const found: Candidate[] = [];
    for (let from = 0; found.length < limit && from < held.size; ) {
      const to = Math.min(held.size, from + limit * WEIGHED);
      const weighed: readonly Row[] = JSON.parse(streams.get(JSON.stringify(rows(from, to))) ?? '[]');
      const scored = weighed.map((row) => ({ row: row[0], score: bm25(row, place, idf, average) }));
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

/** The message's score by all words of the question, those whose postings were not read among them. */
function bm25(
  [, length, terms]: Row,
  place: ReadonlyMap<number, number>,
  idf: readonly number[],
  average: number,
): number {
  const counts = new Uint16Array(idf.length);
  for (const number of unpackHex(terms, length)) {
    const at = place.get(number);
    if (at !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  }
  const norm = BM25.k1 * (1 - BM25.b + (BM25.b * length) / average);
  let score = 0;
  for (let at = 0; at < idf.length; at += 1) {
    const count = counts[at] ?? 0;
    if (count > 0) score += ((idf[at] ?? 0) * count * (BM25.k1 + 1)) / (count + norm);
  }
  return score;
}

/** Rows with most weight first, the newest of equal ones first; sorted only as far as they are asked for. */
function bestFirst(held: ReadonlyMap<number, number>): (from: number, to: number) => number[] {
  const weights = Float64Array.from(held.values()).sort();
  let sorted: [row: number, weight: number][] = [];
  return (from, to) => {
    if (sorted.length < Math.min(to, held.size)) {
      const least = weights[Math.max(0, weights.length - to)] ?? 0;
      sorted = [...held].filter(([, weight]) => weight >= least).sort((a, b) => b[1] - a[1] || b[0] - a[0]);
    }
    return sorted.slice(from, to).map(([row]) => row);
  };
}
