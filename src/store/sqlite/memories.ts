/** Reads memories. */
import { bareId } from '../../model/ids.ts';
import type { Memory, MemoryState } from '../../model/memory.ts';
import type { MemoriesPort, MemoryQuery, MemoryVersion } from '../memories.ts';
import type { Connection } from './connection.ts';
import { memoryCandidates } from './memory-candidates.ts';
import { memoryReader } from './memory-rows.ts';
import { mayHoldCallOf } from './session-calls.ts';

const LIVE = "r.state IN ('active', 'waiting')";
const IN_PROJECT = '(? IS NULL AND r.project IS NULL OR p.id = ?)';

export function sqliteMemories(connection: Connection): MemoriesPort {
  const { db } = connection;
  const reader = memoryReader(connection);
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const versions = db.prepare<[string], MemoryVersion & { state: MemoryState }>(
    `SELECT v.version, v.at, v.title, v.content, v.state, v.change, v.receipt
     FROM memory_versions v
     JOIN memories r ON r.row = v.memory WHERE r.id = ? ORDER BY v.version DESC`,
  );

  const titles = db.prepare<[string, string | null, string | null], { row: number; title: string }>(
    `SELECT r.row, r.title FROM memories r WHERE r.state = 'active' AND r.scope = ?
     AND (? IS NULL AND r.project IS NULL OR r.project = (SELECT row FROM projects WHERE id = ?))`,
  );

  // `+`: the rows are in this order already, and few of the last ones are not active.
  const page = db
    .prepare<[number, string, number], number>(
      `SELECT r.row FROM memories r WHERE r.row < ? AND +r.state = 'active' AND (+r.scope = 'user' OR +r.project IN (
         SELECT row FROM projects WHERE id IN (SELECT value FROM json_each(?)))) ORDER BY r.row DESC LIMIT ?`,
    )
    .pluck();
  const byRows = (rows: readonly number[]): Memory[] => {
    if (rows.length === 0) return [];
    const found = reader.all('r.row IN (SELECT value FROM json_each(?))', JSON.stringify(rows));
    const byRow = new Map(found.map((memory) => [memory.row, memory]));
    return rows.flatMap((row) => byRow.get(row) ?? []);
  };
  const names = db.prepare<[string, number], { short: string; title: string }>(
    `SELECT r.short, r.title FROM memories r WHERE r.state = 'active' AND (r.scope = 'user' OR r.project IN (
       SELECT row FROM projects WHERE id IN (SELECT value FROM json_each(?)))) ORDER BY r.updated_at DESC, r.row DESC LIMIT ?`,
  );

  return {
    ...memoryCandidates(connection, reader),

    get: (id) => connection.read('read a memory', () => reader.one('r.id = ?', id)),

    find: (text) =>
      connection.read('look up a memory', () => {
        const bare = bareId(text);
        if (!/^[0-9a-z]{4,26}$/.test(bare)) return [];
        const exact = reader.one('r.short = ? OR r.id = ?', bare, bare);
        return exact === null ? reader.all("r.id GLOB ? || '*' LIMIT 5", bare) : [exact];
      }),

    byRows: (rows) => connection.read('read memories', () => byRows(rows)),

    page: (projects, before, limit) =>
      connection.read('list memories', () =>
        byRows(page.all(before ?? Number.MAX_SAFE_INTEGER, JSON.stringify(projects), limit)),
      ),

    byHash: (scope, project, hash) =>
      connection.read('look up a memory', () =>
        // The words of the unique index, so that it is found by it.
        reader.one(
          `r.owner = (SELECT min(row) FROM owners) AND r.scope = ? AND ifnull(r.project, 0) = ? AND r.content_hash = ?
           AND r.state IN ('active', 'waiting')`,
          scope,
          project === null ? 0 : (projectRow.get(project) ?? -1),
          Buffer.from(hash),
        ),
      ),

    byTitle: (scope, project, title) =>
      connection.read('look up a memory', () =>
        reader.all(
          `r.scope = ? AND ${IN_PROJECT} AND lower(r.title) = lower(?) AND ${LIVE} LIMIT 5`,
          scope,
          project,
          project,
          title,
        ),
      ),

    titles: (scope, project) => connection.read('read titles', () => titles.all(scope, project, project)),

    names: (projects, limit) =>
      connection.read('read titles', () =>
        names
          .all(JSON.stringify(projects), limit)
          .map(({ short, title }) => ({ short: `m_${short}`, title })),
      ),

    expired: (at, projects, limit) =>
      connection.read('read memories', () =>
        reader.all(
          `r.state = 'active' AND r.valid_to IS NOT NULL AND r.valid_to <= ?
           AND (r.scope = 'user' OR p.id IN (SELECT value FROM json_each(?))) ORDER BY r.row LIMIT ?`,
          at,
          JSON.stringify(projects),
          limit,
        ),
      ),

    list: (query) =>
      connection.read('list memories', () => {
        const { where, values } = condition(query);
        return {
          total: reader.count(where, ...values),
          memories: reader.all(
            `${where} ORDER BY r.row DESC LIMIT ? OFFSET ?`,
            ...values,
            query.limit,
            query.offset ?? 0,
          ),
        };
      }),

    versions: (id) => connection.read('read versions', () => versions.all(id)),

    replacedBy: (id) =>
      connection.read('read memories', () =>
        reader.all(
          "r.id IN (SELECT source FROM links WHERE target = ? AND kind = 'replaces') ORDER BY r.row",
          id,
        ),
      ),

    wouldReplace: (id) =>
      connection.read('read memories', () =>
        reader.all(
          "r.id IN (SELECT target FROM links WHERE source = ? AND kind = 'would_replace') AND r.state = 'active'",
          id,
        ),
      ),

    unproven: (limit) =>
      connection.read('read memories', () =>
        reader.all(
          `json_extract(r.evidence, '$.proven') = 0 AND r.call_id IS NOT NULL AND ${LIVE}
           AND EXISTS (SELECT 1 FROM calls c JOIN messages m ON m.row = c.message JOIN sessions s ON s.row = m.session
             WHERE c.call_id = r.call_id AND ${mayHoldCallOf('r.session')}) ORDER BY r.row LIMIT ?`,
          limit,
        ),
      ),
  };
}

function condition(query: MemoryQuery): { where: string; values: Array<string | number> } {
  const where = ['r.state IN (SELECT value FROM json_each(?))'];
  const values: Array<string | number> = [JSON.stringify(query.states)];
  if (query.scope !== undefined) {
    where.push('r.scope = ?');
    values.push(query.scope);
  }
  if (query.projects !== undefined) {
    where.push("(r.scope = 'user' OR p.id IN (SELECT value FROM json_each(?)))");
    values.push(JSON.stringify(query.projects));
  }
  return { where: where.join(' AND '), values };
}
