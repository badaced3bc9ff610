/** Projections in SQLite. */
import { type ProjectId, projectId } from '../../model/ids.ts';
import type { Scope } from '../../model/memory.ts';
import type { Projection, ProjectionEntry, ProjectionsPort } from '../projections.ts';
import type { Connection } from './connection.ts';

type Row = { path: string; scope: Scope; project: string | null; hash: Buffer; renderedAt: number };

const SELECT = `SELECT r.path, r.scope, p.id AS project, r.hash, r.rendered_at AS renderedAt
  FROM projections r LEFT JOIN projects p ON p.row = r.project`;

export function sqliteProjections(connection: Connection): ProjectionsPort {
  const { db } = connection;
  const byPath = db.prepare<[string], Row>(`${SELECT} WHERE r.path = ?`);
  const all = db.prepare<[], Row>(`${SELECT} ORDER BY r.path`);
  const entries = db.prepare<[string], ProjectionEntry>(
    'SELECT record, version, hash FROM projection_entries WHERE path = ? ORDER BY place',
  );
  const head = db.prepare<[string], { hash: Buffer; entries: number }>(
    `SELECT hash, (SELECT count(*) FROM projection_entries e WHERE e.path = r.path) AS entries
     FROM projections r WHERE path = ?`,
  );
  const dirty = db.prepare<[], { scope: Scope; project: string | null; mark: number }>(
    `SELECT d.scope, p.id AS project, d.mark FROM dirty_projections d LEFT JOIN projects p ON p.row = d.project
     ORDER BY d.scope DESC, d.project`,
  );
  const clean = db.prepare<[string, number, number]>(
    'DELETE FROM dirty_projections WHERE scope = ? AND project = ? AND mark = ?',
  );
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const drop = db.prepare<[string]>('DELETE FROM projections WHERE path = ?');
  const put = db.prepare<[string, string, number, Buffer, number]>(
    'INSERT INTO projections (path, scope, project, hash, rendered_at) VALUES (?, ?, ?, ?, ?)',
  );
  const putEntry = db.prepare<[string, number, string, number, Buffer]>(
    'INSERT INTO projection_entries (path, place, record, version, hash) VALUES (?, ?, ?, ?, ?)',
  );

  const read = (row: Row): Projection => ({
    ...row,
    project: projectOf(row.project),
    entries: entries.all(row.path),
  });
  const rowOf = (project: ProjectId | null): number =>
    project === null ? 0 : (projectRow.get(project) ?? -1);

  return {
    get: (path) =>
      connection.read('read a projection', () => {
        const row = byPath.get(path);
        return row === undefined ? null : read(row);
      }),

    head: (path) => connection.read('read a projection', () => head.get(path) ?? null),

    list: () => connection.read('list projections', () => all.all().map(read)),

    dirty: () =>
      connection.read('list projections', () =>
        dirty.all().map((row) => ({ ...row, project: projectOf(row.project) })),
      ),

    rendered: async (projections, seen) => {
      await connection.write('record what was rendered', () => {
        for (const { path, scope, project, hash, entries: list } of projections) {
          drop.run(path);
          put.run(path, scope, rowOf(project), Buffer.from(hash), connection.now());
          list.forEach((entry, place) => {
            putEntry.run(path, place, entry.record, entry.version, Buffer.from(entry.hash));
          });
        }
        for (const { scope, project, mark } of seen) clean.run(scope, rowOf(project), mark);
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
