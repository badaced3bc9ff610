/** Finds memories by their terms, and reads of each no more than ranking and filtering need. */
import { memoryId, projectId } from '../../model/ids.ts';
import type { LinkKind } from '../../model/memory.ts';
import type {
  BesideMessage,
  MemoriesPort,
  MemoryVersion,
  RecordCandidate,
  RecordFilter,
} from '../memories.ts';
import type { KnownTerm } from '../search.ts';
import { unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import type { MemoryReader } from './memory-rows.ts';
import { OWN, type SmallPlace, smallPlaces } from './small-places.ts';

type Row = Omit<RecordCandidate, 'session' | 'place' | 'cues' | 'author' | 'terms' | 'id' | 'project'> & {
  terms: Buffer;
  length: number;
  id: string;
  project: string | null;
};
type Value = string | number;

const COLUMNS = `r.row, r.id, r.short, r.kind, r.scope, p.id AS project, r.state, r.origin, r.cwd, r.updated_at AS at,
  r.valid_from AS validFrom, r.valid_to AS validTo, k.terms, k.length,
  (SELECT count(*) FROM feedback e
   WHERE e.target = 'm_' || r.short AND e.kind = 'used') AS used`;
const TABLES = `memories r CROSS JOIN memory_tokens k ON k.document = r.row LEFT JOIN projects p ON p.row = r.project`;

/** A row that no project has. */
const NO_PROJECT = -1;

/** Best rows filtered at first, as a multiple of those wanted. */
const WIDER = 4;

/** Links of one chain are followed this often at most: a loop in a damaged store must end. */
const LONGEST_WALK = 100_000;

type Part = Pick<
  MemoriesPort,
  'matching' | 'candidates' | 'inForce' | 'beside' | 'versionsAt' | 'pointingAt'
>;

export function memoryCandidates(connection: Connection, reader: MemoryReader): Part {
  const { db } = connection;
  // One text for all rows: a row of its own costs as much for each of them as reading it does.
  const postings = db
    .prepare<[string, number], string>(
      `SELECT json_group_array(rowid) FROM (
         SELECT rowid FROM memory_index WHERE memory_index MATCH ? ORDER BY rowid DESC LIMIT ?)`,
    )
    .pluck();
  const rowsOf = (text: string | undefined): readonly number[] => JSON.parse(text ?? '[]');
  const corpus = db.prepare<[], number>("SELECT documents FROM corpora WHERE name = 'memories'").pluck();
  // In the order of the list, so that the first that fit are the best, and the rest is not looked at.
  const fitting = keyed((where) =>
    db.prepare<Value[], Row>(
      `SELECT ${COLUMNS} FROM json_each(?) best CROSS JOIN ${TABLES} WHERE r.row = best.value AND ${where} LIMIT ?`,
    ),
  );
  const byRow = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE r.row = ?`);
  const read = (rows: readonly number[]): RecordCandidate[] =>
    rows.flatMap((row) => {
      const found = byRow.get(row);
      return found === undefined ? [] : [candidateOf(found)];
    });
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const places = smallPlaces(connection);
  /** Where only small places are asked. */
  const askedPlaces = ({ scopes }: RecordFilter): readonly SmallPlace[] | null => {
    if (scopes === null) return null;
    const rows = new Set<number>();
    for (const { scope, projects } of scopes) {
      if (scope === 'user') rows.add(OWN);
      else if (projects === null) return null;
      else for (const id of projects) rows.add(projectRow.get(id) ?? NO_PROJECT);
    }
    return places.all('memories', [...rows]);
  };
  const successor = db.prepare<[string], { id: string; row: number; state: string }>(
    `SELECT r.id, r.row, r.state FROM links l JOIN memories r ON r.id = l.source
     WHERE l.target = ? AND l.kind = 'replaces' ORDER BY r.row DESC LIMIT 1`,
  );
  const beside = db.prepare<[string, number], BesideMessage>(
    `SELECT r.row, m.row AS message FROM json_each(?) hit CROSS JOIN messages m ON m.row = hit.value
     CROSS JOIN sessions s ON s.row = m.session
     CROSS JOIN memories r ON r.session = s.id AND r.turn BETWEEN m.turn AND m.turn + 1
     WHERE r.state = 'active' LIMIT ?`,
  );
  const versionAt = db.prepare<[number, number], MemoryVersion>(
    `SELECT version, at, title, content, state, change, receipt FROM memory_versions
     WHERE memory = ? AND at <= ? ORDER BY version DESC LIMIT 1`,
  );
  const pointing = db.prepare<[string, number], { kind: LinkKind; id: string }>(
    `SELECT l.kind, r.id FROM links l JOIN memories r ON r.id = l.source
     WHERE l.target = ? AND l.kind IN ('part_of', 'see_also') AND r.state = 'active' ORDER BY l.at DESC, r.row DESC LIMIT ?`,
  );

  return {
    matching: (terms, filter, budget, limit) =>
      connection.read('search', () => {
        const asked = askedPlaces(filter);
        const best = bestRows(rarest(terms, budget, asked), corpus.get() ?? 0, (number) =>
          asked === null
            ? rowsOf(postings.get(`body : "${number.toString(36)}"`, budget))
            : asked.flatMap((place) => place.postings(number)),
        );
        if (best.count === 0) return [];
        const { where, values } = conditions(filter, (id) => projectRow.get(id));
        // Few of the best fail the filter as a rule; where more do, the next ones are looked at, more at a time.
        const rows: Row[] = [];
        for (let from = 0, many = limit * WIDER; from < best.count && rows.length < limit; many *= 2) {
          const next = best.rows(from, from + many);
          rows.push(...fitting(where).all(JSON.stringify(next), ...values, limit - rows.length));
          from += many;
        }
        return rows.map(candidateOf);
      }),

    candidates: (rows) => connection.read('search', () => read(rows)),

    inForce: (ids) =>
      connection.read('read memories', () => {
        // Records of one chain share their way: each link is followed once.
        const ends = new Map<string, number | null>();
        const endOf = (id: string): number | null => {
          const walked = new Set<string>();
          let end: number | null = null;
          for (let at = id; walked.size < LONGEST_WALK; ) {
            const known = ends.get(at);
            if (known !== undefined) {
              end = known;
              break;
            }
            walked.add(at);
            const next = successor.get(at);
            if (next === undefined || walked.has(next.id)) break;
            if (next.state === 'active') {
              end = next.row;
              break;
            }
            if (next.state !== 'superseded') break;
            at = next.id;
          }
          for (const passed of walked) ends.set(passed, end);
          return end;
        };
        return new Map(
          ids.flatMap((id) => {
            const row = endOf(id);
            return row === null ? [] : [[id, row] as const];
          }),
        );
      }),

    beside: (messages, limit) => connection.read('search', () => beside.all(JSON.stringify(messages), limit)),

    versionsAt: (rows, at) =>
      connection.read('read versions', () => {
        const found = new Map<number, MemoryVersion>();
        for (const row of rows) {
          const version = versionAt.get(row, at);
          if (version !== undefined) found.set(row, version);
        }
        return found;
      }),

    pointingAt: (id, limit) =>
      connection.read('read memories', () =>
        pointing.all(id, limit).flatMap(({ kind, id: source }) => {
          const memory = reader.one('r.id = ?', source);
          return memory === null ? [] : [{ kind, memory }];
        }),
      ),
  };
}

/** Terms rarest first until their postings pass the budget; always at least one that is known. */
function rarest(
  terms: readonly KnownTerm[],
  budget: number,
  places: readonly SmallPlace[] | null,
): KnownTerm[] {
  const known = terms.filter(({ number, documents }) => number !== null && documents > 0);
  known.sort((a, b) => a.documents - b.documents || (a.number ?? 0) - (b.number ?? 0));
  let left = budget;
  return known.filter(({ number, documents, postings = documents }, index) => {
    left -= places === null ? postings : places.reduce((sum, place) => sum + place.frequency(number ?? 0), 0);
    return index === 0 || left >= 0;
  });
}

/**
 * Rows by the summed inverse document frequencies of the terms they hold, newest first where that is equal. Records
 * are short, so that counts and lengths, which the engine's own order would look up one by one, are left to ranking.
 */
function bestRows(
  terms: readonly KnownTerm[],
  documents: number,
  postings: (term: number) => readonly number[],
): BestRows {
  const scores = new Map<number, number>();
  for (const { number, documents: frequency } of terms) {
    if (number === null) continue;
    const weight = Math.log(1 + Math.max(documents, frequency) / frequency);
    for (const row of postings(number)) scores.set(row, (scores.get(row) ?? 0) + weight);
  }
  // Rows that hold the same terms weigh the same: only the few weights there are need an order.
  const byScore = new Map<number, number[]>();
  for (const [row, score] of scores) {
    const equal = byScore.get(score);
    if (equal === undefined) byScore.set(score, [row]);
    else equal.push(row);
  }
  const waiting = [...byScore].sort((a, b) => a[0] - b[0]).map(([, rows]) => rows);
  const sorted: number[] = [];
  return {
    count: scores.size,
    rows: (from, to) => {
      while (sorted.length < to) {
        const next = waiting.pop();
        if (next === undefined) break;
        for (const row of Float64Array.from(next).sort().reverse()) sorted.push(row);
      }
      return sorted.slice(from, to);
    },
  };
}

/** Rows in their order, sorted as far as they are asked for. */
type BestRows = {
  readonly count: number;
  readonly rows: (from: number, to: number) => readonly number[];
};

/** Conditions on rows, not words of the query: a project's postings are as many as its records. */
function conditions(
  { scopes, states, at }: RecordFilter,
  projectRow: (id: string) => number | undefined,
): { where: string; values: Value[] } {
  const values: Value[] = [...states];
  let where = `r.state IN (${states.map(() => '?').join(', ')})`;
  if (scopes !== null) {
    const parts = scopes.map(({ scope, projects }) => {
      values.push(scope);
      if (projects === null) return 'r.scope = ?';
      const rows = projects.flatMap((id) => projectRow(id) ?? []);
      values.push(...rows);
      return `(r.scope = ? AND r.project IN (${rows.map(() => '?').join(', ')}))`;
    });
    where += ` AND (${parts.join(' OR ') || '0'})`;
  }
  if (at !== undefined) {
    where += ' AND r.valid_from <= ? AND (r.valid_to IS NULL OR r.valid_to > ?)';
    values.push(at, at);
  }
  return { where, values };
}

/** Field by field: it runs for every record that is ranked, and copying the rest of a row is several times slower. */
function candidateOf(row: Row): RecordCandidate {
  return {
    row: row.row,
    id: memoryId(row.id),
    short: `m_${row.short}`,
    kind: row.kind,
    scope: row.scope,
    project: row.project === null ? null : projectId(row.project),
    state: row.state,
    origin: row.origin,
    cwd: row.cwd,
    at: row.at,
    validFrom: row.validFrom,
    validTo: row.validTo,
    used: row.used,
    terms: unpackTerms(row.terms, row.length),
    session: 0,
    place: row.row,
    cues: 0,
    author: 0,
  };
}
