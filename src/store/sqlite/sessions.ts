/** Reads sessions and turns. */
import { projectId, storedSessionId } from '../../model/ids.ts';
import type { LinkKind } from '../../model/message.ts';
import { endedBadly, type TurnStep } from '../../text/turn-end.ts';
import type { SessionNature } from '../capture.ts';
import type { SessionRecord, SessionsPort, TurnQuery, TurnRecord } from '../sessions.ts';
import { type Packed, unpack } from './blob.ts';
import type { Connection } from './connection.ts';
import { projectFilter } from './messages.ts';
import { SUMMARY_TITLE } from './session-summaries.ts';

type Row = {
  row: number;
  id: string;
  short: string;
  client: string;
  external: string;
  nature: SessionNature | null;
  project: string | null;
  projectName: string | null;
  cwd: string | null;
  title: string | null;
  startedAt: number | null;
  lastAt: number | null;
  messages: number;
  turns: number;
};
type TurnRow = Omit<TurnRecord, 'session' | 'prompt' | 'conclusion' | 'failed'> & {
  sessionRow: number;
  session: string;
};
type StepRow = Omit<TurnStep, 'failed' | 'hasExitCode' | 'text'> & {
  failed: number;
  hasExitCode: number;
  text: Packed;
};
type LinkRow = { kind: LinkKind; target: string; target_external: string; number: number | null };

/** How much of a prompt or a conclusion an index line may need. */
const EXCERPT = 600;

/** A session that was forgotten whole is in no list. */
const NOT_FORGOTTEN =
  "NOT EXISTS (SELECT 1 FROM tombstones g WHERE g.kind = 'session-state' AND g.id = s.id)";

const COLUMNS = `s.row, s.id, s.short, s.client, s.external, s.nature, p.id AS project, p.name AS projectName, s.cwd,
  coalesce(s.title, ${SUMMARY_TITLE}) AS title,
  s.started_at AS startedAt, s.last_at AS lastAt, s.next_number - 1 AS messages,
  (SELECT count(*) FROM turns t WHERE t.session = s.row AND t.state = 'active') AS turns`;

export function sqliteSessions(connection: Connection): SessionsPort {
  const { db } = connection;
  const links = db.prepare<[number], LinkRow>(
    `SELECT l.kind, l.target, l.target_external, coalesce(l.number,
       (SELECT m.number FROM calls c JOIN messages m ON m.row = c.message JOIN sessions o ON o.row = m.session
        WHERE c.call_id = l.call_id AND o.id = l.target LIMIT 1),
       (SELECT m.number FROM messages m JOIN sessions o ON o.row = m.session
        WHERE o.id = l.target AND m.place < l.place ORDER BY m.position DESC LIMIT 1)) AS number
     FROM session_links l WHERE l.session = ? ORDER BY l.kind, l.target`,
  );
  const record = (row: Row): SessionRecord => {
    const { row: number, ...rest } = row;
    return {
      ...rest,
      id: storedSessionId(row.id),
      project: row.project === null ? null : projectId(row.project),
      links: links.all(number).map((link) => ({
        kind: link.kind,
        to: storedSessionId(link.target),
        toExternal: link.target_external,
        number: link.number,
      })),
    };
  };
  // Ranges, not patterns: only these use the indexes. `~` stands behind every letter of an id.
  const find = db.prepare<[{ exact: string; lower: string }], Row>(
    `SELECT ${COLUMNS} FROM sessions s LEFT JOIN projects p ON p.row = s.project WHERE s.row IN (
       SELECT row FROM sessions WHERE short = @exact
       UNION SELECT row FROM sessions WHERE id >= @lower AND id < @lower || '~'
       UNION SELECT row FROM sessions WHERE external >= @exact AND external < @exact || '~')
     ORDER BY s.short = @exact DESC, s.row DESC LIMIT 5`,
  );
  const byId = db.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM sessions s LEFT JOIN projects p ON p.row = s.project WHERE s.id = ?`,
  );
  const excerpt = (kind: 'prompt' | 'conclusion') =>
    db
      .prepare<[number, number], Packed>(
        `SELECT CASE WHEN o.row IS NULL THEN m.text ELSE o.text END FROM messages m LEFT JOIN messages o ON o.row = m.copy_of
         WHERE m.session = ? AND m.turn = ? AND m.state = 'kept' AND m.kind = 'said' AND m.role = '${kind === 'prompt' ? 'user' : 'assistant'}'
           AND (m.copy_of IS NOT NULL OR length(m.text) > 0)
         ORDER BY m.position ${kind === 'prompt' ? 'ASC' : 'DESC'} LIMIT 1`,
      )
      .pluck();
  const prompt = excerpt('prompt');
  const conclusion = excerpt('conclusion');
  const steps = db.prepare<[number, number], StepRow>(
    `SELECT role, kind, tool, coalesce(json_extract(facts, '$.failed') = 1
         OR (kind = 'event' AND json_extract(facts, '$.error') IS NOT NULL), 0) AS failed,
       json_extract(facts, '$.exit_code') IS NOT NULL AS hasExitCode,
       CASE WHEN kind = 'event' AND length(text) <= ${EXCERPT} THEN text ELSE '' END AS text
     FROM (SELECT *, CASE WHEN typeof(meta) = 'text' THEN meta ELSE '{}' END AS facts FROM messages
       WHERE session = ? AND turn = ? AND (role = 'tool' OR kind = 'event' OR (role = 'assistant' AND kind = 'said')))
     ORDER BY position`,
  );
  const failed = (session: number, turn: number): boolean =>
    endedBadly(
      steps.all(session, turn).map((step) => ({
        ...step,
        failed: step.failed === 1,
        hasExitCode: step.hasExitCode === 1,
        text: unpack(step.text),
      })),
    );

  const opening = db
    .prepare<[string], Packed>(
      `SELECT CASE WHEN o.row IS NULL THEN m.text ELSE o.text END FROM sessions s JOIN messages m ON m.session = s.row
         LEFT JOIN messages o ON o.row = m.copy_of
       WHERE s.id = ? AND m.state = 'kept' AND m.kind = 'said' AND m.role = 'user' AND ${NOT_FORGOTTEN}
         AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.session = m.session AND t.number = m.turn AND t.state = 'withdrawn')
         AND (m.copy_of IS NOT NULL OR length(m.text) > 0)
       ORDER BY m.position LIMIT 1`,
    )
    .pluck();

  const spawned = db
    .prepare<[string, string, number], string>(
      `SELECT s.id FROM session_links l JOIN sessions s ON s.row = l.session WHERE l.kind = 'spawned_by' AND l.target = ?
         AND EXISTS (SELECT 1 FROM calls c JOIN messages m ON m.row = c.message JOIN sessions o ON o.row = m.session
           WHERE c.call_id = l.call_id AND o.id = ? AND m.turn = ?)`,
    )
    .pluck();

  return {
    find: (text) =>
      connection.read('look up a session', () => {
        const wanted = text.trim().replace(/^[[#]+|\]+$/g, '');
        if (!/^[0-9a-zA-Z-]{4,64}$/.test(wanted)) return [];
        const rows = find.all({ exact: wanted, lower: wanted.toLowerCase() });
        const exact = rows.filter(
          (row) => row.short === wanted || row.external === wanted || row.id === wanted,
        );
        return (exact.length === 1 ? exact : rows).map(record);
      }),

    get: (id) =>
      connection.read('look up a session', () => {
        const row = byId.get(id);
        return row === undefined ? null : record(row);
      }),

    list: ({ projects, limit }) =>
      connection.read('list sessions', () => {
        const filter = projectFilter(projects);
        return db
          .prepare<Array<string | number>, Row>(
            `SELECT ${COLUMNS} FROM sessions s LEFT JOIN projects p ON p.row = s.project WHERE ${filter.where}
               AND ${NOT_FORGOTTEN} ORDER BY s.last_at DESC LIMIT ?`,
          )
          .all(...filter.values, limit)
          .map(record);
      }),

    turns: (query) =>
      connection.read('list turns', () => {
        const { where, values } = turnFilter(query);
        const tables =
          'turns t JOIN sessions s ON s.row = t.session LEFT JOIN projects p ON p.row = coalesce(t.project, s.project)';
        const total = db
          .prepare<Array<string | number>, number>(`SELECT count(*) FROM ${tables} WHERE ${where}`)
          .pluck()
          .get(...values);
        const rows = db
          .prepare<Array<string | number>, TurnRow>(
            `SELECT s.row AS sessionRow, s.id AS session, s.short AS sessionShort, s.client, p.name AS projectName, t.number, t.key,
               t.state, t.at, t.branch, t.commit_id AS "commit",
               (SELECT count(*) FROM messages m WHERE m.session = t.session AND m.turn = t.number) AS messages
             FROM (SELECT t.row FROM ${tables} WHERE ${where} ORDER BY t.at DESC, t.row DESC LIMIT ? OFFSET ?) best
             JOIN turns t ON t.row = best.row JOIN sessions s ON s.row = t.session
             LEFT JOIN projects p ON p.row = coalesce(t.project, s.project) ORDER BY t.at DESC, t.row DESC`,
          )
          .all(...values, query.limit, query.offset);
        return {
          total: total ?? 0,
          turns: rows.map(({ sessionRow, ...row }) => ({
            ...row,
            session: storedSessionId(row.session),
            prompt: start(prompt.get(sessionRow, row.number)),
            conclusion: start(conclusion.get(sessionRow, row.number)),
            failed: failed(sessionRow, row.number),
          })),
        };
      }),

    opening: (session) => connection.read('look up a session', () => start(opening.get(session))),

    spawnedIn: (session, turn) =>
      connection.read('look up sub-agents', () => spawned.all(session, session, turn).map(storedSessionId)),

    currentTurn: (session, key) =>
      connection.read('look up a turn', () => {
        const named =
          key === null
            ? undefined
            : db
                .prepare<[string, string], number>(
                  'SELECT t.number FROM turns t JOIN sessions s ON s.row = t.session WHERE s.id = ? AND t.key = ?',
                )
                .pluck()
                .get(session, key);
        const newest = db
          .prepare<[string], number>(
            "SELECT max(t.number) FROM turns t JOIN sessions s ON s.row = t.session WHERE s.id = ? AND t.state = 'active'",
          )
          .pluck()
          .get(session);
        return named ?? newest ?? null;
      }),
  };
}

function turnFilter(query: TurnQuery): { where: string; values: Array<string | number> } {
  const filter = projectFilter(query.projects);
  const where = [filter.where, NOT_FORGOTTEN];
  const values: Array<string | number> = [...filter.values];
  if (query.session !== undefined) {
    where.push('s.id = ?');
    values.push(query.session);
  }
  if (query.withdrawn !== true) where.push("t.state = 'active'");
  for (const { session, turn } of query.exclude ?? []) {
    if (turn === null) {
      where.push('s.id <> ?');
      values.push(session);
    } else {
      where.push('NOT (s.id = ? AND t.number = ?)');
      values.push(session, turn);
    }
  }
  return { where: where.join(' AND '), values };
}

function start(text: Packed | undefined): string | null {
  return text === undefined ? null : unpack(text).slice(0, EXCERPT);
}
