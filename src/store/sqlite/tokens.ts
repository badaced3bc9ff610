/** Tokens in SQLite. */

import { ACCESS_SCOPES } from '../../model/access.ts';
import { StoreError } from '../../model/errors.ts';
import { bareId, newId, projectId } from '../../model/ids.ts';
import type { NewToken, StoredToken, TokensPort } from '../tokens.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { shortIds } from './short-ids.ts';

type Row = {
  id: string;
  short: string;
  owner: string;
  label: string;
  hash: Uint8Array;
  scopes: string;
  everyProject: number;
  /** A JSON list of ids. */
  projects: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
};

const SELECT = `SELECT t.id, t.short, o.id AS owner, t.label, t.hash, t.scopes, t.every_project AS everyProject,
    (SELECT json_group_array(p.id ORDER BY p.row) FROM token_projects b JOIN projects p ON p.row = b.project
     WHERE b.token = t.row) AS projects,
    t.created_at AS createdAt, t.expires_at AS expiresAt, t.last_used_at AS lastUsedAt, t.revoked_at AS revokedAt
  FROM tokens t JOIN owners o ON o.row = t.owner`;

export function sqliteTokens(connection: Connection): TokensPort {
  const { db } = connection;
  const short = shortIds(connection);
  const statement = keyed((rest) => db.prepare<string[], Row>(`${SELECT} ${rest}`));
  const insert = db.prepare<
    [string, string, string, string, Uint8Array, string, number, number, number | null]
  >(
    `INSERT INTO tokens (id, short, owner, label, hash, scopes, every_project, created_at, expires_at)
     VALUES (?, ?, (SELECT row FROM owners WHERE id = ?), ?, ?, ?, ?, ?, ?)`,
  );
  const bind = db.prepare<[number, string]>(
    'INSERT INTO token_projects (token, project) SELECT ?, row FROM projects WHERE id = ?',
  );
  const revoke = db.prepare<[number, string]>(
    'UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  const discard = db.prepare<[string]>('DELETE FROM tokens WHERE id = ?');
  const used = db.prepare<[number, string, number]>(
    'UPDATE tokens SET last_used_at = ? WHERE id = ? AND ifnull(last_used_at, 0) < ?',
  );

  const one = (rest: string, value: string): StoredToken | null => {
    const row = statement(rest).get(value);
    return row === undefined ? null : tokenOf(row);
  };
  const add = (token: NewToken): StoredToken => {
    const id = newId();
    const { lastInsertRowid } = insert.run(
      id,
      short('tokens', id),
      token.owner,
      token.label,
      token.hash,
      token.scopes.join(' '),
      token.projects === null ? 1 : 0,
      connection.now(),
      token.expiresAt,
    );
    for (const project of new Set(token.projects)) {
      if (bind.run(Number(lastInsertRowid), project).changes === 0) throw unknownProject();
    }
    const made = one('WHERE t.id = ?', id);
    if (made === null) throw new TypeError('a token that was just stored is not there');
    return made;
  };

  return {
    create: (token) => connection.write('store a token', () => add(token)),

    forKey: (letters) =>
      connection.read('look up a token', () => {
        const row = statement('WHERE t.short = ?').get(letters);
        return row === undefined ? null : { token: tokenOf(row), hash: row.hash };
      }),

    find: (text) =>
      connection.read('look up a token', () => {
        const bare = bareId(text);
        if (!/^[0-9a-z]{4,26}$/.test(bare)) return [];
        const exact = statement('WHERE t.short = ? OR t.id = ?').all(bare, bare);
        return (exact.length > 0 ? exact : statement("WHERE t.id GLOB ? || '*' LIMIT 5").all(bare)).map(
          tokenOf,
        );
      }),

    list: () => connection.read('list tokens', () => statement('ORDER BY t.row').all().map(tokenOf)),

    revoke: (id) =>
      connection.write('revoke a token', () => {
        revoke.run(connection.now(), id);
        return one('WHERE t.id = ?', id)?.revokedAt ?? null;
      }),

    discard: (id) =>
      connection.write('take a token away', () => {
        discard.run(id);
      }),

    used: (id, at) =>
      connection.write(
        'note the use of a token',
        () => {
          used.run(at, id, at);
        },
        false,
      ),
  };
}

function tokenOf({ hash: _, everyProject, scopes, projects, short, ...row }: Row): StoredToken {
  const listed = scopes.split(' ');
  const bound: unknown = JSON.parse(projects);
  const ids = Array.isArray(bound) ? bound.map((id) => projectId(String(id))) : [];
  return {
    ...row,
    short: `a_${short}`,
    scopes: ACCESS_SCOPES.filter((scope) => listed.includes(scope)),
    projects: everyProject === 1 ? null : ids,
  };
}

function unknownProject(): StoreError {
  return new StoreError({
    what: 'The token was not stored',
    why: 'a project that it shall be bound to is not in the store',
    next: '`midturn project list` shows those that are',
  });
}
