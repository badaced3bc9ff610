/** Joining projects and taking them apart, within a transaction. A joined one points straight at the one it counts as. */
import type { Connection } from './connection.ts';

export type JoinedRow = {
  readonly row: number;
  readonly id: string;
  readonly name: string;
  readonly into: string;
  readonly reason: string;
  readonly joinedAt: number | null;
};

export function projectJoins(connection: Connection) {
  const { db } = connection;
  const top = db
    .prepare<[number], number>('SELECT ifnull(joined_to, row) FROM projects WHERE row = ?')
    .pluck();
  const members = db
    .prepare<[number, number], number>('SELECT row FROM projects WHERE row = ? OR joined_to = ? ORDER BY row')
    .pluck();
  const point = db.prepare<[number, string, number, number]>(
    'UPDATE projects SET joined_to = ?, join_reason = ? WHERE row = ? OR joined_to = ?',
  );
  const date = db.prepare<[number, number]>(
    'INSERT INTO project_joins (member, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
  );
  const release = db.prepare<[number]>(
    'UPDATE projects SET joined_to = NULL, join_reason = NULL WHERE row = ?',
  );
  const undate = db.prepare<[number]>('DELETE FROM project_joins WHERE member = ?');
  const all = db.prepare<[], JoinedRow>(
    `SELECT m.row, m.id, m.name, t.id AS "into", ifnull(m.join_reason, '') AS reason, j.at AS joinedAt
     FROM projects m JOIN projects t ON t.row = m.joined_to LEFT JOIN project_joins j ON j.member = m.row ORDER BY m.row`,
  );
  const isSplit = db
    .prepare<[number, number], number>('SELECT 1 FROM project_splits WHERE one = ? AND other = ?')
    .pluck();
  const keepSplit = db.prepare<[number, number, number]>(
    'INSERT INTO project_splits (one, other, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
  );
  const dropSplit = db.prepare<[number, number]>('DELETE FROM project_splits WHERE one = ? AND other = ?');
  // A mark that no receipt has: those count upwards from 1.
  const soil = db.prepare<[number, number]>(
    `INSERT INTO dirty_projections (scope, project, mark) VALUES ('project', ?, ?)
     ON CONFLICT DO UPDATE SET mark = excluded.mark`,
  );

  const groupOf = (row: number): readonly number[] => {
    const main = top.get(row) ?? row;
    return members.all(main, main);
  };
  const pairs = (left: readonly number[], right: readonly number[]) =>
    left.flatMap((a) => right.filter((b) => b !== a).map((b) => [Math.min(a, b), Math.max(a, b)] as const));
  const render = (row: number): void => {
    soil.run(row, -connection.now());
  };

  return {
    areSplit: (from: number, into: number): boolean =>
      pairs(groupOf(from), groupOf(into)).some(([one, other]) => isSplit.get(one, other) !== undefined),

    /** False where they are one already. */
    join: (from: number, into: number, reason: string): boolean => {
      const [source, target] = [top.get(from) ?? from, top.get(into) ?? into];
      if (source === target) return false;
      for (const [one, other] of pairs(groupOf(source), groupOf(target))) dropSplit.run(one, other);
      for (const member of groupOf(source)) date.run(member, connection.now());
      point.run(target, reason, source, source);
      render(target);
      return true;
    },

    /** Nothing happens to one that is not joined. */
    split: (member: number): void => {
      const main = top.get(member) ?? member;
      if (main === member) return;
      const others = groupOf(main).filter((row) => row !== member);
      for (const [one, other] of pairs([member], others)) keepSplit.run(one, other, connection.now());
      release.run(member);
      undate.run(member);
      render(main);
      render(member);
    },

    all: (): readonly JoinedRow[] => all.all(),
  };
}
