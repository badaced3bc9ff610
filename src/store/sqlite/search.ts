/** Search over the full-text tables of term numbers. */
import type { Candidate, Corpus, KnownTerm, MessageFilter, SearchPort, Stream } from '../search.ts';
import { unpackTerms } from './blob.ts';
import { scopeWord } from './capture.ts';
import type { Connection } from './connection.ts';

type StreamRow = Candidate & { terms: Buffer; length: number; at: number | null; asks: number };

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
  const neighbours = db.prepare<[number, number, number], StreamRow>(
    `SELECT m.row, m.session, m.position AS place, k.terms, k.length, m.at,
       (typeof(m.text) = 'text' AND substr(m.text, -1) = '?') AS asks
     FROM messages m JOIN message_tokens k ON k.document = m.row
     WHERE m.session = ? AND m.position BETWEEN ? AND ? AND k.indexed = 1 ORDER BY m.position`,
  );
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const sessionRow = db.prepare<[string], number>('SELECT row FROM sessions WHERE id = ?').pluck();

  const scopeWords = (projects: readonly string[]): string[] =>
    projects.flatMap((id) => {
      const row = projectRow.get(id);
      return row === undefined ? [] : [`p${row}`];
    });

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

    messages: (terms, filter, budget, limit) =>
      connection.read('search', () => {
        const body = bodyQuery(terms, budget);
        const scope = messageScope(filter, scopeWords, (id) => sessionRow.get(id));
        if (body === null || scope === null) return [];
        const { where, values } = messageConditions(filter, (id) => sessionRow.get(id));
        return db
          .prepare<Array<string | number>, Candidate>(
            `SELECT m.row, m.session, m.position AS place FROM message_index f JOIN messages m ON m.row = f.rowid
             WHERE f.message_index MATCH ? ${where} ORDER BY bm25(message_index, 1.0, 0.0) LIMIT ?`,
          )
          .all(`body : (${body})${scope}`, ...values, limit);
      }),

    neighbours: (candidates, radius) =>
      connection.read('search', () => {
        const found = new Map<number, Stream>();
        for (const { session, place } of candidates) {
          for (const row of neighbours.all(session, place - radius, place + radius)) {
            if (!found.has(row.row)) found.set(row.row, streamOf(row));
          }
        }
        return [...found.values()];
      }),

    memories: (terms, { scopes, states }, budget, limit) =>
      connection.read('search', () => {
        const body = bodyQuery(terms, budget);
        if (body === null) return [];
        const words = scopes?.map(({ scope, projects }) => {
          const rows = projects === null ? null : scopeWords(projects);
          const owner = `"o${scope}"`;
          return rows === null
            ? owner
            : `(${owner} AND (${rows.map((word) => `"${word}"`).join(' OR ') || '"none"'}))`;
        });
        const scope = words === undefined ? '' : ` AND scope : (${words.join(' OR ')})`;
        return db
          .prepare<[string, string, number], StreamRow>(
            `SELECT r.row, 0 AS session, r.row AS place, k.terms, k.length, r.updated_at AS at, 0 AS asks
             FROM memory_index f JOIN memories r ON r.row = f.rowid JOIN memory_tokens k ON k.document = r.row
             WHERE f.memory_index MATCH ? AND r.state IN (SELECT value FROM json_each(?))
             ORDER BY bm25(memory_index, 1.0, 0.0) LIMIT ?`,
          )
          .all(`body : (${body})${scope}`, JSON.stringify(states), limit)
          .map(streamOf);
      }),
  };
}

/** Terms rarest first until their postings pass the budget; always at least one. */
function bodyQuery(terms: readonly KnownTerm[], budget: number): string | null {
  const known = terms.filter((term) => term.number !== null && term.documents > 0);
  known.sort((a, b) => a.documents - b.documents || (a.number ?? 0) - (b.number ?? 0));
  const taken: string[] = [];
  let postings = 0;
  for (const { number, documents } of known) {
    if (number === null || (taken.length > 0 && postings + documents > budget)) break;
    postings += documents;
    taken.push(`"${number.toString(36)}"`);
  }
  return taken.length === 0 ? null : taken.join(' OR ');
}

/** The scope column's part of a query, or null when nothing can fit. */
function messageScope(
  filter: MessageFilter,
  projectWords: (projects: readonly string[]) => string[],
  sessionRow: (id: string) => number | undefined,
): string | null {
  const parts: string[] = [];
  if (filter.session !== undefined) {
    const row = sessionRow(filter.session);
    if (row === undefined) return null;
    parts.push(`"s${row}"`);
  }
  if (filter.projects !== null) {
    const words = projectWords(filter.projects);
    if (words.length === 0) return null;
    parts.push(`(${words.map((word) => `"${word}"`).join(' OR ')})`);
  }
  if (filter.role !== undefined) parts.push(`"r${filter.role}"`);
  if (filter.client !== undefined) parts.push(`"c${scopeWord(filter.client)}"`);
  return parts.length === 0 ? '' : ` AND scope : (${parts.join(' AND ')})`;
}

function messageConditions(
  filter: MessageFilter,
  sessionRow: (id: string) => number | undefined,
): { where: string; values: Array<string | number> } {
  let where = "AND m.state = 'kept'";
  const values: Array<string | number> = [];
  if (filter.since !== undefined) {
    where += ' AND m.at >= ?';
    values.push(filter.since);
  }
  if (filter.until !== undefined) {
    where += ' AND m.at <= ?';
    values.push(filter.until);
  }
  const current = filter.exclude === undefined ? undefined : sessionRow(filter.exclude.session);
  if (current !== undefined && filter.exclude !== undefined) {
    where += ' AND NOT (m.session = ? AND ifnull(m.turn, -1) = ?)';
    values.push(current, filter.exclude.turn);
  }
  return { where, values };
}

function streamOf({ length, terms, asks, ...rest }: StreamRow): Stream {
  return { ...rest, asks: asks === 1, terms: unpackTerms(terms, length) };
}
