/** The prepared statements of capture. */
import type { MessageState, Speaker } from '../../model/message.ts';
import type { Packed } from './blob.ts';
import type { Connection } from './connection.ts';
import { mayHoldCallOf, tookPlaceOf } from './session-calls.ts';

export type StoredMessage = {
  row: number;
  session: number;
  number: number;
  turn: number | null;
  digest: Buffer;
  grade: number;
  by: Speaker;
  state: MessageState;
  revision: number;
  copyOf: number | null;
  project: number | null;
  /** Where a record without an identity was seen last. */
  seenSource: number | null;
  seenEpoch: number | null;
  seenPlace: number | null;
};

export type MessageValues = {
  session: number;
  number: number;
  turn: number | null;
  position: number;
  key: Buffer;
  digest: Buffer;
  derived: number;
  grade: number;
  parent: number | null;
  parentKey: Buffer | null;
  role: string;
  kind: string;
  by: string;
  author: string | null;
  tool: string | null;
  project: number | null;
  at: number | null;
  text: Packed;
  parts: Packed | null;
  meta: Packed | null;
  copyOf: number | null;
  outside: number;
  source: number;
  place: number;
  seenSource: number | null;
  seenEpoch: number | null;
  seenPlace: number | null;
};

type MessageColumn = string | number | Buffer | null;

/** The values of a message in the order in which they are inserted. */
export function messageColumns(values: MessageValues): MessageColumn[] {
  return [
    values.session,
    values.number,
    values.turn,
    values.position,
    values.key,
    values.digest,
    values.derived,
    values.grade,
    values.parent,
    values.parentKey,
    values.role,
    values.kind,
    values.by,
    values.author,
    values.tool,
    values.project,
    values.at,
    values.text,
    values.parts,
    values.meta,
    values.copyOf,
    values.outside,
    values.source,
    values.place,
    values.seenSource,
    values.seenEpoch,
    values.seenPlace,
  ];
}

export type RevisionValues = Pick<
  MessageValues,
  'digest' | 'grade' | 'role' | 'kind' | 'by' | 'author' | 'tool' | 'text' | 'parts' | 'meta' | 'outside'
> & { row: number; revision: number };

export type SessionRow = {
  row: number;
  id: string;
  client: string;
  external: string;
  project: number | null;
  next_number: number;
  next_turn: number;
  next_position: number;
  last_at: number | null;
};

export type TurnRow = {
  row: number;
  number: number;
  key: string;
  state: 'active' | 'withdrawn';
  parent: number | null;
  place: number;
  /** When the client began the newest file that the turn stands in; null = not known, older than any. */
  startedAt: number | null;
  project: number | null;
};

export type CaptureStatements = ReturnType<typeof captureStatements>;

const MESSAGE = `row, session, number, turn, digest, grade, "by", state, revision, copy_of AS copyOf, project,
  seen_source AS seenSource, seen_epoch AS seenEpoch, seen_place AS seenPlace`;
const SESSION = 'row, id, client, external, project, next_number, next_turn, next_position, last_at';
const TURN = 'row, number, key, state, parent, place, started_at AS startedAt, project';

export function captureStatements({ db }: Connection) {
  return {
    source: db.prepare<[number], { offset: number; epoch: number }>(
      'SELECT offset, epoch FROM sources WHERE row = ?',
    ),
    advance: db.prepare<[number, number, string, number, string, number]>(
      'UPDATE sources SET offset = ?, lines = ?, tail = ?, modified_at = ?, state = ? WHERE row = ?',
    ),
    sourceSession: db.prepare<[number, number]>(
      'INSERT INTO source_sessions (source, session) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),

    session: db.prepare<[string], SessionRow>(`SELECT ${SESSION} FROM sessions WHERE id = ?`),
    sessionByRow: db.prepare<[number], SessionRow>(`SELECT ${SESSION} FROM sessions WHERE row = ?`),
    shortTaken: db.prepare<[string], number>('SELECT 1 FROM sessions WHERE short = ?').pluck(),
    addSession: db.prepare<[string, string, string, string, number | null]>(
      `INSERT INTO sessions (id, short, client, external, project, next_number, next_turn, next_position)
       VALUES (?, ?, ?, ?, ?, 1, 1, 0)`,
    ),
    factsOfSession: db.prepare<[string | null, string | null, number | null, string | null, number]>(
      `UPDATE sessions SET nature = coalesce(nature, ?), cwd = coalesce(cwd, ?), started_at = coalesce(started_at, ?),
         title = coalesce(?, title) WHERE row = ?`,
    ),
    // Apart from the other facts: a statement that touches a foreign key makes the full-text table write out all it
    // holds back, 5 ms each time.
    projectOfSession: db.prepare<[number, number]>('UPDATE sessions SET project = ? WHERE row = ?'),
    closeSession: db.prepare<[number, number, number, number | null, number]>(
      'UPDATE sessions SET next_number = ?, next_turn = ?, next_position = ?, last_at = ? WHERE row = ?',
    ),
    link: db.prepare<[number, string, string, string, string | null, number | null, number | null]>(
      `INSERT INTO session_links (session, kind, target, target_external, call_id, place, number) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET number = nullif(max(ifnull(number, 0), ifnull(excluded.number, 0)), 0),
         call_id = ifnull(call_id, excluded.call_id), place = ifnull(place, excluded.place)`,
    ),
    isForkOf: db
      .prepare<[number, string], number>(
        "SELECT 1 FROM session_links WHERE session = ? AND kind = 'forked_from' AND target = ?",
      )
      .pluck(),

    turn: db.prepare<[number, string], TurnRow>(`SELECT ${TURN} FROM turns WHERE session = ? AND key = ?`),
    turns: db.prepare<[number], TurnRow>(`SELECT ${TURN} FROM turns WHERE session = ? ORDER BY number`),
    tip: db
      .prepare<[number], number>(
        "SELECT number FROM turns WHERE session = ? AND state = 'active' ORDER BY number DESC LIMIT 1",
      )
      .pluck(),
    // `turns` = 0: the turns of older files from `place` on; else that many of the newest.
    putRewind: db.prepare<[number, number, number, number]>(
      'INSERT INTO rewinds (session, place, started_at, turns) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    rewinds: db.prepare<[number], { place: number; startedAt: number }>(
      'SELECT place, started_at AS startedAt FROM rewinds WHERE session = ? AND turns = 0',
    ),
    knownRewind: db
      .prepare<[number, number, number, number], number>(
        'SELECT 1 FROM rewinds WHERE session = ? AND place = ? AND started_at = ? AND turns = ?',
      )
      .pluck(),
    putStart: db.prepare<[number, number, number]>(
      `INSERT INTO source_starts (session, source, started_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET started_at = min(started_at, excluded.started_at)`,
    ),
    start: db
      .prepare<[number, number], number>(
        'SELECT started_at FROM source_starts WHERE session = ? AND source = ?',
      )
      .pluck(),
    addTurn: db.prepare<
      [
        number,
        number,
        string,
        number | null,
        number | null,
        string | null,
        number | null,
        string | null,
        string | null,
        number,
        number,
        number | null,
      ]
    >(
      `INSERT INTO turns (session, number, key, state, parent, at, cwd, project, branch, commit_id, source, place, started_at)
       VALUES (?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    placeOfTurn: db.prepare<[number, number, number]>(
      'UPDATE turns SET place = ?, started_at = ? WHERE row = ?',
    ),
    factsOfTurn: db.prepare<
      [number | null, string | null, number | null, string | null, string | null, number]
    >(
      `UPDATE turns SET at = coalesce(at, ?), cwd = coalesce(?, cwd), project = coalesce(?, project),
         branch = coalesce(?, branch), commit_id = coalesce(?, commit_id) WHERE row = ?`,
    ),
    setTurn: db.prepare<[string, number]>('UPDATE turns SET state = ? WHERE row = ?'),
    turnDocuments: db
      .prepare<[number, number], number>('SELECT row FROM messages WHERE session = ? AND turn = ?')
      .pluck(),

    byKey: db.prepare<[Buffer, number], StoredMessage>(
      `SELECT ${MESSAGE} FROM messages WHERE key = ? AND session = ?`,
    ),
    original: db.prepare<[Buffer, number, Buffer], StoredMessage>(
      `SELECT ${MESSAGE} FROM messages WHERE key = ? AND session <> ? AND digest = ? AND copy_of IS NULL
       AND derived = 0 AND state = 'kept' LIMIT 1`,
    ),
    // What was forgotten stays out: sessions that were forgotten whole, their names, and records that stand elsewhere.
    anyGone: db
      .prepare<[], number>(
        "SELECT 1 FROM tombstones WHERE kind IN ('session-state', 'message', 'untitled') LIMIT 1",
      )
      .pluck(),
    goneSession: db
      .prepare<[string], MessageState>(
        "SELECT reason FROM tombstones WHERE kind = 'session-state' AND id = ?",
      )
      .pluck(),
    goneRecord: db
      .prepare<[Buffer, Buffer], MessageState>(
        "SELECT state FROM messages WHERE key = ? AND digest = ? AND derived = 0 AND state IN ('purged', 'erased') LIMIT 1",
      )
      .pluck(),
    setGone: db.prepare<[MessageState, number]>('UPDATE messages SET state = ? WHERE row = ?'),
    untitled: db
      .prepare<[string], number>(
        "SELECT 1 FROM tombstones WHERE kind IN ('session-state', 'untitled') AND id = ? LIMIT 1",
      )
      .pluck(),
    // By position: binding 29 names costs a third of the insert.
    insert: db.prepare<MessageColumn[]>(
      `INSERT INTO messages (session, number, turn, position, key, digest, derived, grade, parent, parent_key, role, kind,
         "by", author, tool, project, at, state, text, parts, meta, copy_of, revision, outside, source, place,
         seen_source, seen_epoch, seen_place)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'kept', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
    ),
    revise: db.prepare<[RevisionValues]>(
      `UPDATE messages SET digest = @digest, grade = @grade, revision = @revision, role = @role, kind = @kind, "by" = @by,
         author = @author, tool = @tool, text = @text, parts = @parts, meta = @meta, outside = @outside, copy_of = NULL
       WHERE row = @row`,
    ),
    confirm: db.prepare<[number]>(`UPDATE messages SET "by" = 'person' WHERE row = ?`),
    setSeen: db.prepare<[number, number, number, number]>(
      'UPDATE messages SET seen_source = ?, seen_epoch = ?, seen_place = ? WHERE row = ?',
    ),
    laterSource: db
      .prepare<[number, number, number], number>(
        `SELECT 1 FROM messages m JOIN sources theirs ON theirs.row = m.source, sources mine
         WHERE m.session = ? AND m.number = ? AND mine.row = ? AND theirs.created_at > mine.created_at`,
      )
      .pluck(),
    places: db.prepare<[number], { row: number; parent: number | null }>(
      `SELECT m.row, m.parent FROM messages m JOIN sources s ON s.row = m.source WHERE m.session = ?
       ORDER BY s.created_at, s.row, m.place, m.number`,
    ),
    place: db.prepare<[number, number]>('UPDATE messages SET position = ? WHERE row = ?'),
    orphan: db
      .prepare<[number, Buffer], number>(
        'SELECT 1 FROM messages WHERE session = ? AND parent_key = ? LIMIT 1',
      )
      .pluck(),
    adopt: db.prepare<[number, number, Buffer]>(
      'UPDATE messages SET parent = ?, parent_key = NULL WHERE session = ? AND parent_key = ?',
    ),
    hop: db.prepare<[number, Buffer, Buffer]>(
      'INSERT INTO hops (session, key, parent_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    hopOf: db
      .prepare<[number, Buffer], Buffer>('SELECT parent_key FROM hops WHERE session = ? AND key = ?')
      .pluck(),

    putCall: db.prepare<[string, number]>(
      'INSERT INTO calls (call_id, message) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    lastOfTurn: db.prepare<
      [string, string],
      { row: number; session: string; number: number; turn: number | null; position: number }
    >(
      `SELECT m.row, s.id AS session, m.number, m.turn, m.position FROM turns t JOIN sessions s ON s.row = t.session
       JOIN messages m ON m.session = t.session AND m.turn = t.number WHERE s.id = ? AND t.key = ?
       ORDER BY m.position DESC LIMIT 1`,
    ),
    call: db.prepare<
      [{ readonly call: string; readonly session: string | null; readonly orNext: number }],
      { row: number; session: string; number: number; turn: number | null; position: number }
    >(
      `SELECT m.row, s.id AS session, m.number, m.turn, m.position FROM calls c JOIN messages m ON m.row = c.message
       JOIN sessions s ON s.row = m.session WHERE c.call_id = @call
         AND (${mayHoldCallOf('@session')} OR (@orNext = 1 AND ${tookPlaceOf('@session', '@call')}))
       ORDER BY s.id IS @session DESC, m.row DESC LIMIT 1`,
    ),
  };
}
