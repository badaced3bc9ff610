/** What is asked of the tables of vectors, prepared once. */
import type { Connection } from './connection.ts';

export type ModelRow = { row: number; name: string; dimensions: number; probe: Buffer; wanted: number };
type Slice = { last: number; codes: string | null; rows: string | null; places: string | null };

export type VectorStatements = ReturnType<typeof vectorStatements>;

export function vectorStatements({ db }: Connection) {
  return {
    models: db.prepare<[string], ModelRow>(
      'SELECT row, name, dimensions, probe, wanted FROM vector_models WHERE name = ? ORDER BY wanted DESC',
    ),
    newest: db.prepare<[], number | null>('SELECT max(wanted) FROM vector_models').pluck(),
    want: db.prepare<[number, number]>('UPDATE vector_models SET wanted = ? WHERE row = ?'),
    putModel: db.prepare<[string, number, Buffer, number, number]>(
      'INSERT INTO vector_models (name, dimensions, probe, created_at, wanted) VALUES (?, ?, ?, ?, ?)',
    ),
    claim: db.prepare<[string, number, number]>(
      `INSERT INTO vector_filler (one, holder, until) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE
       SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?`,
    ),
    holder: db.prepare<[], string>('SELECT holder FROM vector_filler').pluck(),
    release: db.prepare<[string]>('DELETE FROM vector_filler WHERE holder = ?'),
    centre: db.prepare<[number], Buffer | null>('SELECT centre FROM vector_models WHERE row = ?').pluck(),
    putCentre: db.prepare<[Buffer, number]>('UPDATE vector_models SET centre = ? WHERE row = ?'),
    put: db.prepare<[number, string, number, number, Buffer]>(
      'INSERT OR IGNORE INTO vectors (model, kind, document, place, code) VALUES (?, ?, ?, ?, ?)',
    ),
    putValue: db.prepare<[number | bigint, Buffer]>(
      'INSERT INTO vector_values (vector, value) VALUES (?, ?)',
    ),
    messageNow: db.prepare<[number], { version: number; place: number }>(
      `SELECT m.revision AS version, ifnull(coalesce(m.project, s.project), 0) AS place
       FROM messages m JOIN sessions s ON s.row = m.session WHERE m.row = ? AND m.state = 'kept'`,
    ),
    memoryNow: db.prepare<[number], { version: number; place: number }>(
      `SELECT version, CASE scope WHEN 'user' THEN 0 ELSE ifnull(project, 0) END AS place
       FROM memories WHERE row = ? AND state <> 'forgotten'`,
    ),
    // One string of all codes: a row at a time takes twice as long.
    slice: db.prepare<[number, number, string, number], Slice>(
      `SELECT max(row) AS last, group_concat(hex(code), '') AS codes, group_concat(row) AS rows,
         group_concat(place) AS places
       FROM (SELECT row, place, code FROM vectors INDEXED BY vectors_by_model
             WHERE row > ? AND model = ? AND kind = ? ORDER BY row LIMIT ?)`,
    ),
    value: db.prepare<[number], Buffer>('SELECT value FROM vector_values WHERE vector = ?').pluck(),
    others: db
      .prepare<[number, string, number], Buffer>(
        `SELECT x.value FROM vectors v JOIN vector_values x ON x.vector = v.row
         WHERE v.model = ? AND v.kind <> ? ORDER BY v.row LIMIT ?`,
      )
      .pluck(),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),
    session: db.prepare<[string], number>('SELECT row FROM sessions WHERE id = ?').pluck(),
    total: db.prepare<[string], number>('SELECT documents FROM corpora WHERE name = ?').pluck(),
    done: db
      .prepare<[number, string], number>('SELECT count(*) FROM vectors WHERE model = ? AND kind = ?')
      .pluck(),
    dropOthers: db.prepare<[number, number]>(
      'DELETE FROM vectors WHERE row IN (SELECT row FROM vectors WHERE model <> ? LIMIT ?)',
    ),
    dropModels: db.prepare<[number]>(
      'DELETE FROM vector_models WHERE row <> ? AND row NOT IN (SELECT model FROM vectors)',
    ),
    orphans: db
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM vectors v WHERE NOT EXISTS (SELECT 1 FROM vector_values x WHERE x.vector = v.row)
           OR CASE v.kind WHEN 'memories'
             THEN NOT EXISTS (SELECT 1 FROM memories r WHERE r.row = v.document AND r.state <> 'forgotten')
             ELSE NOT EXISTS (SELECT 1 FROM messages m WHERE m.row = v.document AND m.state NOT IN ('purged', 'erased')) END)
         + (SELECT count(*) FROM vector_values x WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.row = x.vector))`,
      )
      .pluck(),
  };
}
