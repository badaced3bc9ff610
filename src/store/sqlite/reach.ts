/** What lies within some projects: the conditions of the bounded view of a store, in SQL. */
import { storedSessionId } from '../../model/ids.ts';
import type { MemoryState } from '../../model/memory.ts';
import type { Projects, ReachPort } from '../reach.ts';
import type { Corpus, KnownTerm } from '../search.ts';
import type { Connection } from './connection.ts';

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
const KEPT = "state IN ('active', 'waiting', 'superseded', 'expired')";
/** All that lie within but the forgotten, by the index on state, scope and project. */
const MEMORIES = `SELECT row FROM memories WHERE ${KEPT} AND scope = 'user'
  UNION ALL SELECT row FROM memories WHERE ${KEPT} AND scope = 'project' AND project ${IN}`;
/** Where documents of an index stand, and which of them lie within. */
const OF = {
  messages: { index: 'message_index', table: 'messages m', row: 'm.row', within: MESSAGE },
  memories: { index: 'memory_index', table: 'memories r', row: 'r.row', within: MEMORY },
} as const satisfies Record<Name, object>;

export function sqliteReach(connection: Connection): ReachPort {
  const { db } = connection;
  const rows = statements(connection);
  const documents = db.prepare<[string], number>('SELECT documents FROM corpora WHERE name = ?').pluck();
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const within = (projects: Projects): string =>
    JSON.stringify(projects.flatMap((id) => projectRow.get(id) ?? []));

  /** Exactly, or estimated by its newest postings. */
  const counted = (of: Name, { number, documents }: Known, list: string): number => {
    const at = { match: `body : "${number.toString(36)}"`, within: list };
    if (documents > LOOKED_UP) {
      const newest = numbers(rows[of].newest.get({ match: at.match, most: SPREAD }));
      const step = Math.ceil(newest.length / LOOKED_UP);
      const some = newest.filter((_, place) => place % step === 0);
      const inside = rows[of].among.get({ within: list, rows: JSON.stringify(some) }) ?? 0;
      if (inside >= TELLING) return Math.max(1, Math.round((documents * inside) / some.length));
    }
    const held = rows[of].holding.get({ ...at, most: COUNTED }) ?? 0;
    if (documents <= COUNTED) return held;
    if (held > 0) return Math.max(1, Math.round((documents * held) / COUNTED));
    return rows[of].any.get({ ...at, most: SOUGHT }) ?? 0;
  };

  const kept = new Map<string, { readonly documents: number; readonly within: number }>();
  /** How many documents within hold the term. Common words are asked for again and again. */
  const frequency = (of: Name, term: Known, list: string): number => {
    if (term.documents <= LOOKED_UP) return counted(of, term, list);
    const key = `${of} ${term.number} ${list}`;
    const known = kept.get(key);
    if (known !== undefined && Math.abs(term.documents - known.documents) * DRIFT <= known.within)
      return known.within;
    const within = counted(of, term, list);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { documents: term.documents, within });
    return within;
  };

  const sizes = new Map<string, Size & { readonly all: number }>();
  const sizeOf = (of: Name, list: string): Size => {
    const key = `${of} ${list}`;
    const all = documents.get(of) ?? 0;
    const known = sizes.get(key);
    if (known !== undefined && Math.abs(all - known.all) * DRIFT <= known.documents) return known;
    const size = {
      all,
      documents: rows[of].size.get({ within: list }) ?? 0,
      averageLength: rows[of].length.get({ within: list, most: SAMPLE }) ?? 0,
    };
    if (sizes.size >= MOST_SIZES) sizes.clear();
    sizes.set(key, size);
    return size;
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
        const list = within(projects);
        return {
          ...sizeOf(of, list),
          terms: terms.map((term): KnownTerm => {
            const known = rows[of].term.get(term);
            const documents = known === undefined || known.documents === 0 ? 0 : frequency(of, known, list);
            // A word that only others have used is no word of this store.
            if (known === undefined || documents === 0) return { term, number: null, documents: 0 };
            return { term, number: known.number, documents, postings: known.documents };
          }),
        };
      }),

    beginning: (prefix, longest, projects) =>
      connection.read('search', () => {
        const list = within(projects);
        const end = `${prefix}${LAST_CHARACTER}`;
        return rows.beginning.all(prefix, end, longest, BEGINNINGS).flatMap((known): KnownTerm[] => {
          const documents = frequency('messages', known, list);
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
type Size = Pick<Corpus, 'documents' | 'averageLength'>;

const numbers = (list: string | undefined): readonly number[] => JSON.parse(list ?? '[]');

function statements({ db }: Connection) {
  const ofIndex = (of: Name, size: string, length: string) => {
    const { index, table, row, within } = OF[of];
    const postings = `SELECT rowid FROM ${index} WHERE ${index} MATCH @match ORDER BY rowid DESC LIMIT @most`;
    const held = `FROM (${postings}) f CROSS JOIN ${table} ON ${row} = f.rowid WHERE ${within}`;
    return {
      term: db.prepare<[string], Known>(`SELECT number, ${of} AS documents FROM terms WHERE term = ?`),
      holding: db
        .prepare<Within & { match: string; most: number }, number>(`SELECT count(*) ${held}`)
        .pluck(),
      any: db
        .prepare<Within & { match: string; most: number }, number>(`SELECT EXISTS (SELECT 1 ${held})`)
        .pluck(),
      newest: db
        .prepare<{ match: string; most: number }, string>(`SELECT json_group_array(rowid) FROM (${postings})`)
        .pluck(),
      among: db
        .prepare<Within & { rows: string }, number>(
          `SELECT count(*) FROM json_each(@rows) f CROSS JOIN ${table} ON ${row} = f.value WHERE ${within}`,
        )
        .pluck(),
      size: db.prepare<Within, number>(size).pluck(),
      length: db.prepare<Within & { most: number }, number>(length).pluck(),
    };
  };
  return {
    // By their sessions: a message has no index by its project.
    messages: ofIndex(
      'messages',
      `SELECT ifnull(sum(next_number - 1), 0) FROM sessions WHERE project ${IN}`,
      `SELECT ifnull(avg(length), 0) FROM (SELECT k.length FROM sessions s CROSS JOIN messages m ON m.session = s.row
         CROSS JOIN message_tokens k ON k.document = m.row WHERE s.project ${IN} AND ${MESSAGE}
         ORDER BY s.row DESC LIMIT @most)`,
    ),
    memories: ofIndex(
      'memories',
      `SELECT count(*) FROM (${MEMORIES})`,
      `SELECT ifnull(avg(k.length), 0) FROM (${MEMORIES} LIMIT @most) r CROSS JOIN memory_tokens k ON k.document = r.row`,
    ),
    messageRows: db
      .prepare<Within & { rows: string }, number>(
        `SELECT m.row FROM json_each(@rows) one CROSS JOIN messages m ON m.row = one.value WHERE ${MESSAGE}`,
      )
      .pluck(),
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
