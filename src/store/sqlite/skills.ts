/** Skills in SQLite. */
import { StoreError } from '../../model/errors.ts';
import { bareId, skillId } from '../../model/ids.ts';
import type { SkillFolder, SkillsPort, SkillVersion } from '../skills.ts';
import type { Connection } from './connection.ts';
import { skillReader } from './skill-rows.ts';

type FolderRow = Omit<SkillFolder, 'skill'> & { skill: string };

export function sqliteSkills(connection: Connection): SkillsPort {
  const { db } = connection;
  const reader = skillReader(connection);
  const projectRow = db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck();
  const rowOf = db.prepare<[string], number>('SELECT row FROM skills WHERE id = ?').pluck();
  const versions = db.prepare<[string], SkillVersion>(
    `SELECT v.version, v.at, v.title, v.description, v.content, v.state, v.change FROM skill_versions v
     JOIN skills r ON r.row = v.skill WHERE r.id = ? ORDER BY v.version DESC`,
  );
  const folders = db.prepare<[string], FolderRow>(
    `SELECT f.machine, f.path, r.id AS skill, f.version, f.hash, f.at FROM skill_folders f
     JOIN skills r ON r.row = f.skill WHERE f.machine = ? ORDER BY f.path`,
  );
  const put = db.prepare<[string, string, number, number, Buffer, number]>(
    'INSERT OR REPLACE INTO skill_folders (machine, path, skill, version, hash, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const drop = db.prepare<[string, string]>('DELETE FROM skill_folders WHERE machine = ? AND path = ?');

  return {
    get: (id) => connection.read('read a skill', () => reader.one('r.id = ?', id)),

    find: (text) =>
      connection.read('look up a skill', () => {
        const bare = bareId(text);
        const named = reader.all("r.slug = ? ORDER BY r.state <> 'active', r.row DESC LIMIT 5", bare);
        if (named.length > 0 || !/^[0-9a-z]{4,26}$/.test(bare)) return named;
        const exact = reader.one('(r.short = ? OR r.id = ?)', bare, bare);
        return exact === null ? reader.all("r.id GLOB ? || '*' LIMIT 5", bare) : [exact];
      }),

    list: ({ states, scope, projects, limit }) =>
      connection.read('list skills', () => {
        const where = ['r.state IN (SELECT value FROM json_each(?))'];
        const values: Array<string | number> = [JSON.stringify(states)];
        if (scope !== undefined) {
          where.push('r.scope = ?');
          values.push(scope);
        }
        if (projects !== undefined) {
          where.push("(r.scope = 'user' OR p.id IN (SELECT value FROM json_each(?)))");
          values.push(JSON.stringify(projects));
        }
        return reader.all(`${where.join(' AND ')} ORDER BY r.row LIMIT ?`, ...values, limit);
      }),

    bySlug: (scope, project, slug) =>
      connection.read('look up a skill', () =>
        reader.all(
          "r.slug = ? AND r.scope = ? AND ifnull(r.project, 0) = ? AND r.state <> 'retired' ORDER BY r.row",
          slug,
          scope,
          project === null ? 0 : (projectRow.get(project) ?? -1),
        ),
      ),

    versions: (id) => connection.read('read versions', () => versions.all(id)),

    revising: (id) =>
      connection.read('read skills', () =>
        reader.all("r.revises = ? AND r.state = 'draft' ORDER BY r.row", id),
      ),

    folders: (machine) =>
      connection.read('read skills', () =>
        folders.all(machine).map((row) => ({ ...row, skill: skillId(row.skill) })),
      ),

    published: async ({ machine, path, skill, version, hash }) => {
      await connection.write('record a published skill', () => {
        const row = rowOf.get(skill);
        if (row === undefined) throw new StoreError({ what: `There is no skill ${skill}` });
        put.run(machine, path, row, version, Buffer.from(hash), connection.now());
      });
    },

    withdrawn: async (machine, path) => {
      await connection.write('record a withdrawn skill', () => drop.run(machine, path));
    },
  };
}
