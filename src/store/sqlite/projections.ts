/** Projections in SQLite. */
import { type ProjectId, projectId } from '../../model/ids.ts';
import type { Scope } from '../../model/memory.ts';
import type { Dirty, Projection, ProjectionHead, ProjectionsPort } from '../projections.ts';
import type { Connection } from './connection.ts';
import { entryWriter } from './projection-entries.ts';
import { recordReader } from './projection-records.ts';

type Row = {
  path: string;
  scope: Scope;
  project: string | null;
  hash: Buffer;
  budget: number;
  renderedAt: number;
};

/** A project that was joined is the one it was joined to. */
const MAIN =
  'LEFT JOIN projects j ON j.row = r.project LEFT JOIN projects p ON p.row = ifnull(j.joined_to, j.row)';
const SELECT = `SELECT r.path, r.scope, p.id AS project, r.hash, r.budget, r.rendered_at AS renderedAt
  FROM projections r ${MAIN}`;

export function sqliteProjections(connection: Connection): ProjectionsPort {
  const { db } = connection;
  const byPath = db.prepare<[string], Row>(`${SELECT} WHERE r.path = ?`);
  const all = db.prepare<[], Row>(`${SELECT} ORDER BY r.path`);
  const byPlace = db.prepare<[string, string], Row>(
    `${SELECT} WHERE r.scope = ? AND r.project IN (SELECT value FROM json_each(?)) ORDER BY r.path`,
  );
  const dirty = db.prepare<[], Omit<Dirty, 'project'> & { project: string | null }>(
    `SELECT r.scope, p.id AS project, r.mark FROM dirty_projections r ${MAIN} ORDER BY r.scope DESC, r.project`,
  );
  const clean = db.prepare<[string, number, number]>(
    'DELETE FROM dirty_projections WHERE scope = ? AND project = ? AND mark = ?',
  );
  const projectRow = db
    .prepare<[string], number>('SELECT ifnull(joined_to, row) FROM projects WHERE id = ?')
    .pluck();
  const joined = db
    .prepare<[number, number], number>('SELECT row FROM projects WHERE row = ? OR joined_to = ?')
    .pluck();
  const drop = db.prepare<[string]>('DELETE FROM projections WHERE path = ?');
  const put = db.prepare<[string, string, number, Buffer, number, number]>(
    `INSERT INTO projections (path, scope, project, hash, budget, rendered_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET scope = excluded.scope, project = excluded.project, hash = excluded.hash,
       budget = excluded.budget, rendered_at = excluded.rendered_at`,
  );
  const entries = entryWriter(connection);
  const records = recordReader(connection);

  const head = (row: Row): ProjectionHead => ({ ...row, project: projectOf(row.project) });
  const read = (row: Row): Projection => ({ ...head(row), entries: entries.read(row.path) });
  const rowOf = (project: ProjectId | null): number =>
    project === null ? 0 : (projectRow.get(project) ?? -1);
  const rowsOf = (project: ProjectId | null): readonly number[] => {
    const row = rowOf(project);
    return row <= 0 ? [row] : joined.all(row, row);
  };

  return {
    get: (path) =>
      connection.read('read a projection', () => {
        const row = byPath.get(path);
        return row === undefined ? null : read(row);
      }),

    heads: (scope, project) =>
      connection.read('list projections', () => {
        const rows = JSON.stringify(rowsOf(project));
        return byPlace.all(scope, rows).map(head);
      }),

    records: (scope, project, claim) =>
      connection.read('read memories', () => records(scope, rowsOf(project), claim)),

    list: () => connection.read('list projections', () => all.all().map(read)),

    dirty: () =>
      connection.read('list projections', () =>
        dirty.all().map((row) => ({ ...row, project: projectOf(row.project) })),
      ),

    rendered: async (projections, seen) => {
      await connection.write('record what was rendered', () => {
        for (const { path, scope, project, hash, budget, entries: list } of projections) {
          put.run(path, scope, rowOf(project), Buffer.from(hash), budget, connection.now());
          entries.write(path, list);
        }
        for (const { scope, project, mark } of seen) {
          for (const row of rowsOf(project)) clean.run(scope, row, mark);
        }
      });
    },

    dropped: async (path) => {
      await connection.write('record what was rendered', () => drop.run(path));
    },
  };
}

function projectOf(id: string | null): ProjectId | null {
  return id === null ? null : projectId(id);
}
