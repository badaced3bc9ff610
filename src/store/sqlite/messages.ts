/** Reads messages. */
import type { Message } from '../../model/message.ts';
import type { MessageSelection, MessagesPort } from '../messages.ts';
import type { Connection } from './connection.ts';
import { MESSAGE_COLUMNS, MESSAGE_TABLES, type MessageRow, messageOf } from './message-rows.ts';

const SHOWN = "m.state = 'kept' AND m.kind <> 'noise'";
/** As the index on them says it. */
const HIDDEN = "(state <> 'kept' OR kind = 'noise')";

export function sqliteMessages(connection: Connection): MessagesPort {
  const { db } = connection;
  const select = (where: string): string => `SELECT ${MESSAGE_COLUMNS} FROM ${MESSAGE_TABLES} WHERE ${where}`;
  const one = db.prepare<[string, number], MessageRow>(select('s.id = ? AND m.number = ?'));
  const byRow = db.prepare<[number], MessageRow>(select('m.row = ?'));
  const sessionRow = db.prepare<[string], number>('SELECT row FROM sessions WHERE id = ?').pluck();
  const numbers = db
    .prepare<[number, string], number>(
      `SELECT m.number FROM messages m LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn
       WHERE m.session = ? AND m.number GLOB ? AND ${SHOWN} AND ifnull(t.state, 'active') = 'active' ORDER BY m.number DESC`,
    )
    .pluck();
  const before = db.prepare<[number, number, number], MessageRow>(
    `${select(`m.session = ? AND m.position < ? AND ${SHOWN} AND ifnull(t.state, 'active') = 'active'`)} ORDER BY m.position DESC LIMIT ?`,
  );
  const from = db.prepare<[number, number, number], MessageRow>(
    `${select(`m.session = ? AND m.position >= ? AND ${SHOWN} AND ifnull(t.state, 'active') = 'active'`)} ORDER BY m.position LIMIT ?`,
  );

  const evidence = db.prepare<
    [number, number, ...Array<string | null>, number | null, number | null, number],
    MessageRow
  >(
    `${select(`m.session = ? AND m.position <= ? AND m.state = 'kept' AND ifnull(t.state, 'active') = 'active'
        AND (? IS NULL OR m."by" = ?) AND (? IS NULL OR m.role = ?) AND (? IS NULL OR m.outside = ?)`)} ORDER BY m.position DESC LIMIT ?`,
  );

  // By indexes alone: status is asked for often, and rows are long. A message without a project is its session's.
  const ofProjects = db.prepare<{ ids: string }, { sessions: number; messages: number }>(
    `WITH within AS MATERIALIZED (
       SELECT row FROM projects WHERE id IN (SELECT value FROM json_each(@ids)))
     SELECT (SELECT count(*) FROM within w CROSS JOIN sessions s ON s.project = w.row) AS sessions,
       (SELECT count(*) FROM within w CROSS JOIN messages m INDEXED BY messages_by_project ON m.project = w.row)
       + (SELECT count(*) FROM within w CROSS JOIN sessions s ON s.project = w.row
          CROSS JOIN messages m INDEXED BY messages_without_project ON m.session = s.row AND m.project IS NULL)
       - (SELECT count(*) FROM within w CROSS JOIN messages m INDEXED BY messages_hidden
          WHERE m.project = w.row AND ${HIDDEN})
       - (SELECT count(*) FROM within w CROSS JOIN sessions s ON s.project = w.row
          CROSS JOIN messages m INDEXED BY messages_hidden
          WHERE m.project IS NULL AND m.session = s.row AND ${HIDDEN}) AS messages`,
  );

  return {
    get: (session, number) =>
      connection.read('read a message', () => {
        const row = one.get(session, number);
        return row === undefined ? null : messageOf(row);
      }),

    byRows: (rows) =>
      connection.read('read messages', () =>
        rows.flatMap((row) => {
          const found = byRow.get(row);
          return found === undefined ? [] : [messageOf(found)];
        }),
      ),

    window: (session, position, back, ahead) =>
      connection.read('read messages', () => {
        const row = sessionRow.get(session);
        if (row === undefined) return [];
        return [...before.all(row, position, back).reverse(), ...from.all(row, position, ahead + 1)].map(
          messageOf,
        );
      }),

    list: (selection) =>
      connection.read('read messages', () =>
        listMessages(connection, selection, sessionRow.get(selection.session)),
      ),

    evidence: ({ session, upTo, by, role, outside, limit }) =>
      connection.read('read messages', () => {
        const row = sessionRow.get(session);
        if (row === undefined) return [];
        const fromOutside = outside === undefined ? null : Number(outside);
        return evidence
          .all(row, upTo, by ?? null, by ?? null, role ?? null, role ?? null, fromOutside, fromOutside, limit)
          .map(messageOf);
      }),

    numbers: (session, digits, limit) =>
      connection.read('read messages', () => {
        const row = sessionRow.get(session);
        if (row === undefined || !/^\d{0,9}$/.test(digits)) return { numbers: [], total: 0 };
        const all = numbers.all(row, `${digits}*`);
        return { numbers: all.slice(0, limit), total: all.length };
      }),

    counts: (projects) =>
      connection.read('count messages', () => {
        if (projects === null) {
          const sessions = db.prepare<[], number>('SELECT count(*) FROM sessions').pluck().get();
          const messages = db
            .prepare<[], number>(
              `SELECT (SELECT count(*) FROM messages)
                 - (SELECT count(*) FROM messages INDEXED BY messages_hidden WHERE ${HIDDEN})`,
            )
            .pluck()
            .get();
          return { sessions: sessions ?? 0, messages: messages ?? 0 };
        }
        const { sessions, messages } = ofProjects.get({ ids: JSON.stringify(projects) }) ?? {};
        return { sessions: sessions ?? 0, messages: messages ?? 0 };
      }),
  };
}

function listMessages(
  { db }: Connection,
  selection: MessageSelection,
  session: number | undefined,
): { messages: Message[]; total: number } {
  if (session === undefined) return { messages: [], total: 0 };
  const turns = selection.turns;
  const where = [
    'm.session = ?',
    SHOWN,
    ...(selection.withdrawn === true ? [] : ["ifnull(t.state, 'active') = 'active'"]),
    ...(turns === undefined ? [] : [`m.turn IN (SELECT value FROM json_each(?))`]),
  ].join(' AND ');
  const values: Array<string | number> = [session, ...(turns === undefined ? [] : [JSON.stringify(turns)])];
  const total = db
    .prepare<Array<string | number>, number>(`SELECT count(*) FROM ${MESSAGE_TABLES} WHERE ${where}`)
    .pluck()
    .get(...values);
  const rows = db
    .prepare<Array<string | number>, MessageRow>(
      `SELECT ${MESSAGE_COLUMNS} FROM ${MESSAGE_TABLES} WHERE ${where} ORDER BY m.position LIMIT ? OFFSET ?`,
    )
    .all(...values, selection.limit, selection.offset ?? 0);
  return { messages: rows.map(messageOf), total: total ?? 0 };
}

/** A condition on `p` (projects) with its values; null = every project. */
export function projectFilter(projects: readonly string[] | null): { where: string; values: string[] } {
  if (projects === null) return { where: '1', values: [] };
  return { where: 'p.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(projects)] };
}
