/** Search over the full-text tables of term numbers. */
import type { Candidate, Corpus, KnownTerm, MessageFilter, SearchPort } from '../search.ts';
import type { Connection } from './connection.ts';
import { unpackHex } from './hex-terms.ts';
import { keyed } from './keyed.ts';
import { messageCandidates } from './message-candidates.ts';
import { messageConditions } from './message-filter.ts';
import { type SmallPlace, smallPlaces } from './small-places.ts';

/** `Mel` for Melanie; shorter beginnings name nobody. */
const SHORTEST_NAME = 3;
/** Terms read of one beginning, at most. */
const MOST_BEGINNING = 400;
const LAST_CHARACTER = '\u{10ffff}';

type NeighbourRow = readonly [
  row: number,
  session: number,
  place: number,
  at: number | null,
  cues: number,
  author: number,
  length: number,
  terms: string,
];

export function sqliteSearch(connection: Connection): SearchPort {
  const { db } = connection;
  const term = {
    messages: db.prepare<[string], { number: number; documents: number }>(
      'SELECT number, messages AS documents FROM terms WHERE term = ?',
    ),
    memories: db.prepare<[string], { number: number; documents: number }>(
      'SELECT number, memories AS documents FROM terms WHERE term = ?',
    ),
  };
  const corpus = db.prepare<[string], { documents: number; terms: number }>(
    'SELECT documents, terms FROM corpora WHERE name = ?',
  );
  const beginning = db.prepare<[string, string, number, number], KnownTerm & { number: number }>(
    `SELECT term, number, documents FROM (
       SELECT term, number, messages AS documents FROM terms WHERE term >= ? AND term < ? LIMIT ?)
     WHERE documents > 0 AND length(term) <= ?`,
  );
  const candidates = messageCandidates(connection);
  const neighbours = db
    .prepare<[string], string>(
      `WITH stretch AS MATERIALIZED (SELECT value->>0 AS session, value->>1 AS least, value->>2 AS most FROM json_each(?))
       SELECT json_group_array(json_array(m.row, m.session, m.position, m.at, k.cues, k.author, k.length, hex(k.terms)))
       FROM stretch x CROSS JOIN messages m ON m.session = x.session AND m.position BETWEEN x.least AND x.most
       CROSS JOIN message_tokens k ON k.document = m.row WHERE k.indexed = 1`,
    )
    .pluck();
  const dated = keyed((where) =>
    db.prepare<Array<string | number>, Candidate>(
      `SELECT m.row, m.session, m.position AS place
       FROM turns t JOIN messages m ON m.session = t.session AND m.turn = t.number
       JOIN message_tokens k ON k.document = m.row
       WHERE t.at BETWEEN ? AND ? AND k.indexed = 1 AND ${where} ORDER BY t.at, m.position LIMIT ?`,
    ),
  );
  const named = db.prepare<[string], { word: string; author: number; program: number }>(
    `SELECT w.word, w.author, a.program FROM author_words w JOIN authors a ON a.number = w.author
     WHERE w.word IN (SELECT value FROM json_each(?))`,
  );
  const shortened = db.prepare<[string, string], { author: number }>(
    `SELECT DISTINCT w.author FROM author_words w JOIN authors a ON a.number = w.author
     WHERE w.word > ? AND w.word < ? AND a.program = 0 LIMIT 2`,
  );
  const firstAt = db.prepare<[], number>('SELECT min(last_at) FROM sessions WHERE last_at > 0').pluck();
  const lastAt = db.prepare<[], number>('SELECT max(last_at) FROM sessions').pluck();
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const sessionRow = db.prepare<[string], number>('SELECT row FROM sessions WHERE id = ?').pluck();

  const places = smallPlaces(connection);

  const projectRows = (projects: readonly string[]): string =>
    JSON.stringify(projects.flatMap((id) => projectRow.get(id) ?? []));
  /** Where only small projects are asked, and no session, which has few messages anyway. */
  const askedPlaces = ({ projects, session }: MessageFilter): readonly SmallPlace[] | null => {
    if (projects === null || session !== undefined) return null;
    return places.all('messages', [...new Set(projects.flatMap((id) => projectRow.get(id) ?? []))]);
  };

  return {
    corpus: (of, terms) =>
      connection.read('search', () => {
        const size = corpus.get(of) ?? { documents: 0, terms: 0 };
        return {
          documents: size.documents,
          averageLength: size.documents === 0 ? 0 : size.terms / size.documents,
          terms: terms.map((text) => {
            const known = term[of].get(text);
            return { term: text, number: known?.number ?? null, documents: known?.documents ?? 0 };
          }),
        } satisfies Corpus;
      }),

    beginning: (prefix, longest) =>
      connection.read('search', () =>
        beginning.all(prefix, `${prefix}${LAST_CHARACTER}`, MOST_BEGINNING, longest),
      ),

    messages: (terms, filter, budget, limit) =>
      connection.read('search', () => {
        const session = filter.session === undefined ? null : sessionRow.get(filter.session);
        const asked = askedPlaces(filter);
        const known = rarestFirst(asked === null ? terms : terms.map((term) => within(term, asked)));
        if (known.length === 0 || session === undefined) return [];
        const conditions = messageConditions(filter, projectRows, (id) => sessionRow.get(id));
        const read = withinBudget(known, budget);
        return candidates({ terms: known, read, most: budget, session, places: asked, ...conditions, limit });
      }),

    dated: (ranges, filter, limit) =>
      connection.read('search', () => {
        const session = filter.session === undefined ? null : sessionRow.get(filter.session);
        if (session === undefined) return [];
        const { where, values } = messageConditions(filter, projectRows, (id) => sessionRow.get(id));
        const inSession = session === null ? '' : ' AND m.session = ?';
        const all = session === null ? values : [...values, session];
        return ranges.flatMap(({ from, until }) =>
          dated(`${where}${inSession}`).all(from, until, ...all, limit),
        );
      }),

    authors: (words) =>
      connection.read('search', () => {
        if (words.length === 0) return [];
        const whole = named
          .all(JSON.stringify(words))
          .map(({ word, author, program }) => ({ word, author, program: program === 1 }));
        const known = new Set(whole.map(({ word }) => word));
        return [
          ...whole,
          ...words.flatMap((word) => {
            if (known.has(word) || [...word].length < SHORTEST_NAME) return [];
            const [only, other] = shortened.all(word, `${word}${LAST_CHARACTER}`);
            return only === undefined || other !== undefined
              ? []
              : [{ word, author: only.author, program: false, shortened: true }];
          }),
        ];
      }),

    years: () =>
      connection.read('search', () => {
        const [first, last] = [firstAt.get() ?? null, lastAt.get() ?? null];
        if (first === null || last === null) return [];
        const year = new Date(first).getUTCFullYear();
        return Array.from({ length: new Date(last).getUTCFullYear() - year + 1 }, (_, more) => year + more);
      }),

    neighbours: (candidates, radius) =>
      connection.read('search', () => {
        const asked = stretches(candidates, radius).map(({ session, from, until }) => [session, from, until]);
        const rows: readonly NeighbourRow[] = JSON.parse(neighbours.get(JSON.stringify(asked)) ?? '[]');
        return rows.map(([row, session, place, at, cues, author, length, terms]) => ({
          row,
          session,
          place,
          at,
          cues,
          author,
          terms: unpackHex(terms, length),
        }));
      }),
  };
}

type Stretch = { readonly session: number; readonly from: number; until: number };

/** The places around the candidates, none twice. */
function stretches(candidates: readonly Candidate[], radius: number): Stretch[] {
  const sorted = [...candidates].sort((a, b) => a.session - b.session || a.place - b.place);
  const found: Stretch[] = [];
  for (const { session, place } of sorted) {
    const last = found.at(-1);
    if (last?.session === session && place - radius <= last.until + 1) last.until = place + radius;
    else found.push({ session, from: place - radius, until: place + radius });
  }
  return found;
}

/** The terms that the store holds, rarest first. */
function rarestFirst(terms: readonly KnownTerm[]): KnownTerm[] {
  return terms
    .filter((term) => term.number !== null && term.documents > 0)
    .sort((a, b) => a.documents - b.documents || (a.number ?? 0) - (b.number ?? 0));
}

/** With the postings that there are to read of it. */
function within(term: KnownTerm, places: readonly SmallPlace[]): KnownTerm {
  const { number } = term;
  if (number === null) return term;
  return { ...term, postings: places.reduce((sum, place) => sum + place.frequency(number), 0) };
}

/** How many of these terms have postings within the budget together; always at least one. */
function withinBudget(rarest: readonly KnownTerm[], budget: number): number {
  let postings = 0;
  for (const [taken, { documents, postings: read = documents }] of rarest.entries()) {
    postings += read;
    if (taken > 0 && postings > budget) return taken;
  }
  return rarest.length;
}
