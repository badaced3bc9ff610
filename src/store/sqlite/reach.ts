/** What lies within some projects: the conditions of the bounded view of a store, in SQL. */
import { storedSessionId } from '../../model/ids.ts';
import type { MemoryState } from '../../model/memory.ts';
import type { Projects, ReachPort } from '../reach.ts';
import type { Corpus, KnownTerm } from '../search.ts';
import type { Connection } from './connection.ts';
import { OWN, type SmallPlace, smallPlaces } from './small-places.ts';

type Name = 'messages' | 'memories';
type Known = { readonly number: number; readonly documents: number };
type SpanRow = {
  inside: number;
  everything: number;
  last: number | null;
  turns: number;
  from: number | null;
  until: number | null;
};

/**
 * Of its newest postings, so many are looked up first, evenly spread: that costs ten times what reading them does. If
 * enough of them lie within, they tell which share of all does.
 */
const SPREAD = 600;
const LOOKED_UP = 120;
const TELLING = 7;
/** A frequency, and a size, is kept until so small a part of it has come or gone in the whole store. */
const DRIFT = 50;
const MOST_KEPT = 20_000;
const MOST_SIZES = 500;
/** Postings of a term that are looked through to count it, newest first; of a term with more, to find one at all. */
const COUNTED = 2_000;
const SOUGHT = 20_000;
/** Documents that tell how long one is. */
const SAMPLE = 300;
/** Terms read of one beginning, at most. */
const BEGINNINGS = 200;
const LAST_CHARACTER = '\u{10ffff}';

/** `@within` is a JSON list of rows of `projects`. */
const IN = 'IN (SELECT value FROM json_each(@within))';
const MESSAGE = `coalesce(m.project, (SELECT project FROM sessions WHERE row = m.session)) ${IN}`;
const MEMORY = `(r.scope = 'user' OR r.project ${IN})`;
/** The same of large places, to which the owner's own may belong. */
const LARGE_MEMORY = `((@own AND r.scope = 'user') OR r.project ${IN})`;
/** Those of @rows that are messages within, told by the index on their projects alone. */
const BY_INDEX = `SELECT f.value FROM json_each(@within) w CROSS JOIN json_each(@rows) f
    CROSS JOIN messages m INDEXED BY messages_by_project WHERE m.project = w.value AND m.row = f.value
  UNION ALL SELECT f.value FROM json_each(@rows) f
    CROSS JOIN messages h INDEXED BY messages_by_project CROSS JOIN messages m CROSS JOIN sessions s
    WHERE h.project IS NULL AND h.row = f.value AND m.row = h.row AND s.row = m.session AND s.project ${IN}`;
const KEPT = "state IN ('active', 'waiting', 'superseded', 'expired')";
/** All that lie within but the forgotten, by the index on state, scope and project. */
const MEMORIES = `SELECT row FROM memories WHERE ${KEPT} AND scope = 'user' AND @own
  UNION ALL SELECT row FROM memories WHERE ${KEPT} AND scope = 'project' AND project ${IN}`;
const INDEX = { messages: 'message_index', memories: 'memory_index' } as const satisfies Record<Name, string>;

export function sqliteReach(connection: Connection): ReachPort {
  const { db } = connection;
  const rows = statements(connection);
  const documents = db.prepare<[string], number>('SELECT documents FROM corpora WHERE name = ?').pluck();
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const within = (projects: Projects): string =>
    JSON.stringify(projects.flatMap((id) => projectRow.get(id) ?? []));

  const places = smallPlaces(connection);
  /** The places that are seen of an index: those whose words are looked up from their side, and the large ones. */
  const partsOf = (of: Name, projects: Projects): Parts => {
    const small: SmallPlace[] = [];
    const large: number[] = [];
    const own = of === 'memories' ? [OWN] : [];
    for (const place of [...own, ...new Set(projects.flatMap((id) => projectRow.get(id) ?? []))]) {
      const found = places.find(of, place);
      if (found === null) large.push(place);
      else small.push(found);
    }
    if (large.length === 0) return { small, large: null };
    const list = JSON.stringify(large.filter((place) => place !== OWN).sort((a, b) => a - b));
    return { small, large: { within: list, own: large.includes(OWN) ? 1 : 0 } };
  };

  /** Exactly, or estimated by its newest postings. */
  const counted = (of: Name, { number, documents }: Known, large: Large): number => {
    const match = `body : "${number.toString(36)}"`;
    const among = (list: readonly number[]) =>
      rows[of].among.get({ ...large, rows: JSON.stringify(list) }) ?? 0;
    const newest = (most: number) => numbers(rows[of].newest.get({ match, most }));
    if (documents > LOOKED_UP) {
      const spread = newest(SPREAD);
      const step = Math.ceil(spread.length / LOOKED_UP);
      const some = spread.filter((_, place) => place % step === 0);
      const inside = among(some);
      if (inside >= TELLING) return Math.max(1, Math.round((documents * inside) / some.length));
    }
    const held = among(newest(COUNTED));
    if (documents <= COUNTED) return held;
    if (held > 0) return Math.max(1, Math.round((documents * held) / COUNTED));
    return rows[of].any.get({ ...large, rows: JSON.stringify(newest(SOUGHT)) }) ?? 0;
  };

  const kept = new Map<string, { readonly documents: number; readonly within: number }>();
  /** How many documents of large places hold the term. Words are asked for again and again. */
  const ofLarge = (of: Name, term: Known, large: Large): number => {
    const key = `${of} ${term.number} ${large.within} ${large.own}`;
    const known = kept.get(key);
    if (known !== undefined && Math.abs(term.documents - known.documents) * DRIFT <= known.within)
      return known.within;
    const within = counted(of, term, large);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { documents: term.documents, within });
    return within;
  };
  const frequency = (of: Name, term: Known, { small, large }: Parts): number =>
    small.reduce((sum, place) => sum + place.frequency(term.number), 0) +
    (large === null ? 0 : ofLarge(of, term, large));

  const sizes = new Map<string, Size & { readonly all: number }>();
  const sizeOfLarge = (of: Name, large: Large): Size => {
    const key = `${of} ${large.within} ${large.own}`;
    const all = documents.get(of) ?? 0;
    const known = sizes.get(key);
    if (known !== undefined && Math.abs(all - known.all) * DRIFT <= known.documents) return known;
    const size = {
      all,
      documents: rows[of].size.get(large) ?? 0,
      averageLength: rows[of].length.get({ ...large, most: SAMPLE }) ?? 0,
    };
    if (sizes.size >= MOST_SIZES) sizes.clear();
    sizes.set(key, size);
    return size;
  };
  const sizeOf = (of: Name, { small, large }: Parts): Size => {
    const rest = large === null ? { documents: 0, averageLength: 0 } : sizeOfLarge(of, large);
    const all = small.reduce((sum, place) => sum + place.documents, rest.documents);
    const length = small.reduce((sum, place) => sum + place.length, rest.documents * rest.averageLength);
    return { documents: all, averageLength: all === 0 ? 0 : length / all };
  };

  return {
    messages: (wanted, projects) =>
      connection.read('read messages', () =>
        wanted.length === 0
          ? new Set()
          : new Set(rows.messageRows.all({ rows: JSON.stringify(wanted), within: within(projects) })),
      ),

    refs: (refs, projects) =>
      connection.read('read messages', () =>
        refs.length === 0
          ? new Set()
          : new Set(rows.refs.all({ refs: JSON.stringify(refs), within: within(projects) })),
      ),

    memories: (ids, projects) =>
      connection.read('read memories', () => {
        if (ids.length === 0) return new Set();
        const wanted = JSON.stringify(ids.map((id) => id.replace(/^m_/, '')));
        const found = rows.memoryIds.all({ ids: wanted, within: within(projects) });
        return new Set(found.flatMap(({ id, short }) => [id, `m_${short}`]));
      }),

    span: (session, projects) =>
      connection.read('look up a session', () => {
        const list = within(projects);
        const known = rows.session.get({ id: session, within: list });
        if (known === undefined) return null;
        const found = rows.span.get({ row: known.row, within: list });
        const own = known.own === 1;
        if (found === undefined || (found.inside === 0 && !own)) return null;
        const { inside, everything, last, turns, from, until } = found;
        return { whole: inside === everything, own, last: last ?? 0, turns, from, until };
      }),

    sessions: (text, projects) =>
      connection.read('look up a session', () => {
        const wanted = text.trim().replace(/^[[#]+|\]+$/g, '');
        if (!/^[0-9a-zA-Z-]{4,64}$/.test(wanted)) return [];
        const found = rows.named.all({
          exact: wanted,
          lower: wanted.toLowerCase(),
          within: within(projects),
        });
        const exact = found.filter(
          ({ short, external, id }) => short === wanted || external === wanted || id === wanted,
        );
        return (exact.length === 1 ? exact : found).map(({ id }) => storedSessionId(id));
      }),

    corpus: (of, terms, projects) =>
      connection.read('search', () => {
        const parts = partsOf(of, projects);
        return {
          ...sizeOf(of, parts),
          terms: terms.map((term): KnownTerm => {
            const known = rows[of].term.get(term);
            const documents = known === undefined || known.documents === 0 ? 0 : frequency(of, known, parts);
            // A word that only others have used is no word of this store.
            if (known === undefined || documents === 0) return { term, number: null, documents: 0 };
            return { term, number: known.number, documents, postings: known.documents };
          }),
        };
      }),

    beginning: (prefix, longest, projects) =>
      connection.read('search', () => {
        const parts = partsOf('messages', projects);
        const end = `${prefix}${LAST_CHARACTER}`;
        return rows.beginning.all(prefix, end, longest, BEGINNINGS).flatMap((known): KnownTerm[] => {
          const documents = frequency('messages', known, parts);
          const { term, number, documents: postings } = known;
          return documents === 0 ? [] : [{ term, number, documents, postings }];
        });
      }),

    years: (projects) =>
      connection.read('search', () => {
        const { first, last } = rows.years.get({ within: within(projects) }) ?? { first: null, last: null };
        if (first === null || last === null) return [];
        const year = new Date(first).getUTCFullYear();
        return Array.from({ length: new Date(last).getUTCFullYear() - year + 1 }, (_, more) => year + more);
      }),

    counts: (projects) =>
      connection.read('count memories', () =>
        Object.fromEntries(
          rows.counts.all({ within: within(projects) }).map(({ state, count }) => [state, count]),
        ),
      ),
  };
}

type Within = { readonly within: string };
/** Rows of projects, and whether the owner's own is among the large places. */
type Large = Within & { readonly own: 0 | 1 };
type Parts = { readonly small: readonly SmallPlace[]; readonly large: Large | null };
type Size = Pick<Corpus, 'documents' | 'averageLength'>;

const numbers = (list: string | undefined): readonly number[] => JSON.parse(list ?? '[]');

function statements({ db }: Connection) {
  const ofIndex = (of: Name, among: string, size: string, length: string) => ({
    term: db.prepare<[string], Known>(`SELECT number, ${of} AS documents FROM terms WHERE term = ?`),
    newest: db
      .prepare<{ match: string; most: number }, string>(
        `SELECT json_group_array(rowid) FROM (
           SELECT rowid FROM ${INDEX[of]} WHERE ${INDEX[of]} MATCH @match ORDER BY rowid DESC LIMIT @most)`,
      )
      .pluck(),
    among: db.prepare<Large & { rows: string }, number>(`SELECT count(*) FROM (${among})`).pluck(),
    any: db.prepare<Large & { rows: string }, number>(`SELECT EXISTS (${among})`).pluck(),
    size: db.prepare<Large, number>(size).pluck(),
    length: db.prepare<Large & { most: number }, number>(length).pluck(),
  });
  return {
    messages: ofIndex(
      'messages',
      BY_INDEX,
      `SELECT ifnull(sum(next_number - 1), 0) FROM sessions WHERE project ${IN}`,
      // Not by an index: sessions in the order of their rows need no sorting of all their messages.
      `SELECT ifnull(avg(length), 0) FROM (SELECT k.length FROM sessions s NOT INDEXED CROSS JOIN messages m ON m.session = s.row
         CROSS JOIN message_tokens k ON k.document = m.row WHERE s.project ${IN} AND ${MESSAGE}
         ORDER BY s.row DESC LIMIT @most)`,
    ),
    memories: ofIndex(
      'memories',
      `SELECT 1 FROM json_each(@rows) f CROSS JOIN memories r ON r.row = f.value WHERE ${LARGE_MEMORY}`,
      `SELECT count(*) FROM (${MEMORIES})`,
      `SELECT ifnull(avg(k.length), 0) FROM (${MEMORIES} LIMIT @most) r CROSS JOIN memory_tokens k ON k.document = r.row`,
    ),
    messageRows: db.prepare<Within & { rows: string }, number>(BY_INDEX).pluck(),
    refs: db
      .prepare<Within & { refs: string }, string>(
        `SELECT one.value FROM json_each(@refs) one
         CROSS JOIN sessions s ON s.short = substr(one.value, 1, instr(one.value, '/') - 1)
         CROSS JOIN messages m ON m.session = s.row AND m.number = CAST(substr(one.value, instr(one.value, '/') + 1) AS INTEGER)
         WHERE ${MESSAGE}`,
      )
      .pluck(),
    memoryIds: db.prepare<Within & { ids: string }, { id: string; short: string }>(
      `SELECT r.id, r.short FROM json_each(@ids) one CROSS JOIN memories r ON r.id = one.value WHERE ${MEMORY}
       UNION SELECT r.id, r.short FROM json_each(@ids) one CROSS JOIN memories r ON r.short = one.value WHERE ${MEMORY}`,
    ),
    session: db.prepare<Within & { id: string }, { row: number; own: number }>(
      `SELECT s.row, ifnull(s.project ${IN}, 0) AS own FROM sessions s WHERE s.id = @id`,
    ),
    span: db.prepare<Within & { row: number }, SpanRow>(
      `SELECT count(*) FILTER (WHERE inside) AS inside, count(*) AS everything, max(number) FILTER (WHERE inside) AS last,
         count(DISTINCT turn) FILTER (WHERE inside AND active) AS turns,
         min(at) FILTER (WHERE inside) AS "from", max(at) FILTER (WHERE inside) AS until
       FROM (SELECT m.number, m.turn, m.at, ifnull(${MESSAGE}, 0) AS inside, ifnull(t.state, '') = 'active' AS active
         FROM messages m LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn WHERE m.session = @row)`,
    ),
    // Ranges, not patterns: only these use the indexes. `~` stands behind every letter of an id.
    named: db.prepare<
      Within & { exact: string; lower: string },
      { id: string; short: string; external: string }
    >(
      `SELECT s.id, s.short, s.external FROM sessions s WHERE s.row IN (
         SELECT row FROM sessions WHERE short = @exact
         UNION SELECT row FROM sessions WHERE id >= @lower AND id < @lower || '~'
         UNION SELECT row FROM sessions WHERE external >= @exact AND external < @exact || '~')
       AND (s.project ${IN} OR EXISTS (SELECT 1 FROM messages m WHERE m.session = s.row AND ${MESSAGE}))
       ORDER BY s.short = @exact DESC, s.row DESC LIMIT 5`,
    ),
    beginning: db.prepare<[string, string, number, number], Known & { readonly term: string }>(
      `SELECT term, number, messages AS documents FROM terms
       WHERE term >= ? AND term < ? AND messages > 0 AND length(term) <= ? LIMIT ?`,
    ),
    years: db.prepare<Within, { first: number | null; last: number | null }>(
      `SELECT min(last_at) AS first, max(last_at) AS last FROM sessions WHERE last_at > 0 AND project ${IN}`,
    ),
    counts: db.prepare<Within, { state: MemoryState; count: number }>(
      `SELECT r.state, count(*) AS count FROM memories r WHERE ${MEMORY} GROUP BY r.state`,
    ),
  };
}
