/** Projects and their aliases in SQLite. */

import { StoreError } from '../../model/errors.ts';
import { newId, type ProjectId, projectId } from '../../model/ids.ts';
import type { ProjectAlias, ProjectClaim, ProjectRecord, ProjectsPort } from '../projects.ts';
import type { Connection } from './connection.ts';
import { projectJoins } from './project-joins.ts';

type ProjectRow = { row: number; id: string; name: string; joined_to: number | null; created_at: number };
type AliasRow = { machine: string; kind: ProjectAlias['kind']; value: string };

const COLUMNS = 'row, id, name, joined_to, created_at';

export function sqliteProjects(connection: Connection): ProjectsPort {
  const { db } = connection;
  const byAlias = db
    .prepare<[string, string, string], number>(
      'SELECT project FROM project_aliases WHERE kind = ? AND value = ? AND machine = ? ORDER BY project',
    )
    .pluck();
  const byRow = db.prepare<[number], ProjectRow>(`SELECT ${COLUMNS} FROM projects WHERE row = ?`);
  const byId = db.prepare<[string], ProjectRow>(`SELECT ${COLUMNS} FROM projects WHERE id = ?`);
  const joined = db.prepare<[number], ProjectRow>(`SELECT ${COLUMNS} FROM projects WHERE joined_to = ?`);
  const aliases = db.prepare<[number], AliasRow>(
    'SELECT machine, kind, value FROM project_aliases WHERE project = ?',
  );
  const insert = db.prepare<[string, string, number]>(
    'INSERT INTO projects (id, name, created_at) VALUES (?, ?, ?)',
  );
  const alias = db.prepare<[number, string, string, string, number]>(
    'INSERT INTO project_aliases (project, machine, kind, value, seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const retire = db.prepare<[string, string, string, number]>(
    'DELETE FROM project_aliases WHERE kind = ? AND value = ? AND machine = ? AND project = ?',
  );
  const joins = projectJoins(connection);
  const retired = db.prepare<[string, number]>(
    `INSERT INTO tombstones (kind, id, at, reason) VALUES ('alias', ?, ?, 'another project stands there')
     ON CONFLICT DO UPDATE SET at = excluded.at`,
  );

  const root = (row: ProjectRow): ProjectRow => {
    const above = row.joined_to === null ? undefined : byRow.get(row.joined_to);
    return above === undefined ? row : root(above);
  };
  const aliasesOf = (row: number): readonly ProjectAlias[] =>
    aliases
      .all(row)
      .map(({ machine, kind, value }) => ({ machine: machine === '' ? null : machine, kind, value }));
  const record = (row: ProjectRow): ProjectRecord => {
    const top = root(row);
    const members = [top, ...joined.all(top.row)];
    return {
      id: projectId(top.id),
      name: top.name,
      ids: members.map((member) => projectId(member.id)),
      aliases: members.flatMap((member) => aliasesOf(member.row)),
      createdAt: top.created_at,
    };
  };
  const lookUp = (identity: readonly ProjectAlias[]): ProjectRow | null => {
    for (const { kind, value, machine } of identity) {
      const row = byAlias.get(kind, value, machine ?? '');
      const found = row === undefined ? undefined : byRow.get(row);
      if (found !== undefined) return found;
    }
    return null;
  };
  const claimed = (claim: ProjectClaim): ProjectRecord => {
    const now = connection.now();
    const known = lookUp(claim.identity);
    const row = known?.row ?? Number(insert.run(newId(), claim.name, now).lastInsertRowid);
    for (const { kind, value, machine } of [...claim.identity, ...claim.extra]) {
      alias.run(row, machine ?? '', kind, value, now);
    }
    const stored = byRow.get(row);
    if (stored === undefined) throw new StoreError({ what: 'The project was not stored' });
    return record(stored);
  };
  const rowOf = (id: ProjectId): ProjectRow => {
    const row = byId.get(id);
    if (row === undefined) throw new StoreError({ what: `There is no project ${id}` });
    return row;
  };

  return {
    find: (identity) =>
      connection.read('look up the project', () => {
        const row = lookUp(identity);
        return row === null ? null : record(row);
      }),

    claim: (claim) => connection.write('record the project', () => claimed(claim)),

    replaceAt: (from, places, claim) =>
      connection.write('record the project', () => {
        const top = root(rowOf(from));
        for (const member of [top, ...joined.all(top.row)]) {
          for (const { kind, value, machine } of places) {
            const gone = retire.run(kind, value, machine ?? '', member.row).changes > 0;
            if (gone) retired.run(`${member.id} ${kind} ${machine ?? ''} ${value}`, connection.now());
          }
        }
        return claimed(claim);
      }),

    join: (from, into, reason) =>
      connection.write('join two projects', () => {
        joins.join(rowOf(from).row, rowOf(into).row, reason);
      }),

    joinUnlessSplit: (from, into, reason) =>
      connection.write('join two projects', () => {
        const [source, target] = [rowOf(from).row, rowOf(into).row];
        if (joins.areSplit(source, target)) return false;
        return joins.join(source, target, reason);
      }),

    areSplit: (one, other) =>
      connection.read('look up projects', () => joins.areSplit(rowOf(one).row, rowOf(other).row)),

    split: (member) => connection.write('split a project', () => joins.split(rowOf(member).row)),

    joined: () =>
      connection.read('list projects', () =>
        joins.all().map(({ row, id, name, into, reason, joinedAt }) => ({
          id: projectId(id),
          name,
          into: projectId(into),
          reason,
          joinedAt,
          aliases: aliasesOf(row),
        })),
      ),

    get: (id) =>
      connection.read('read a project', () => {
        const row = byId.get(id);
        return row === undefined ? null : record(row);
      }),

    named: (text) =>
      connection.read('read projects', () =>
        db
          .prepare<[string, string], ProjectRow>(
            `SELECT ${COLUMNS} FROM projects WHERE joined_to IS NULL AND (lower(name) = lower(?) OR id GLOB ?) ORDER BY row`,
          )
          .all(text, /^[0-9a-z]{6,26}$/.test(text) ? `${text}*` : '')
          .map(record),
      ),

    list: () =>
      connection.read('list projects', () =>
        db
          .prepare<[], ProjectRow>(`SELECT ${COLUMNS} FROM projects WHERE joined_to IS NULL ORDER BY row`)
          .all()
          .map(record),
      ),

    withAlias: ({ kind, value, machine }) =>
      connection.read('look up projects', () => {
        const rows = byAlias.all(kind, value, machine ?? '');
        const tops = new Map<number, ProjectRow>();
        for (const row of rows) {
          const found = byRow.get(row);
          if (found !== undefined) tops.set(root(found).row, root(found));
        }
        return [...tops.values()].map(record);
      }),
  };
}
