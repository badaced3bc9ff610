/** The prepared statements of the suggestion queue. */
import type { ItemState } from '../../model/suggestion.ts';
import type { ItemTransition } from '../suggestions.ts';
import type { Packed } from './blob.ts';
import type { Connection } from './connection.ts';

type EnvelopeValues = Record<'id' | 'short' | 'surface' | 'source', string> &
  Record<'owner' | 'now', number> &
  Record<'project' | 'turn', number | null> &
  Record<
    | 'originCap'
    | 'client'
    | 'session'
    | 'externalSession'
    | 'token'
    | 'turnKey'
    | 'callId'
    | 'checkout'
    | 'cwd'
    | 'branch'
    | 'commit',
    string | null
  > & { key: Buffer; payload: Packed; snapshot: Packed | null };

type ItemValues = Record<'id' | 'short' | 'family' | 'action' | 'scope' | 'summary' | 'state', string> &
  Record<'envelope' | 'place' | 'confidence' | 'now', number> & {
    project: number | null;
    reason: string | null;
    payload: Packed;
  };

type Waiting = { row: number; attempts: number; reason: string | null };
type Count = { state: ItemState; count: number };

export function suggestionStatements({ db }: Connection) {
  return {
    owner: db.prepare<[string], number>('SELECT row FROM owners WHERE id = ?').pluck(),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),
    putEnvelope: db.prepare<[EnvelopeValues]>(
      `INSERT INTO envelopes (id, short, owner, project, key, surface, source, origin_cap, client, session, external_session, token,
         turn, turn_key, call_id, checkout, cwd, branch, commit_id, payload, snapshot, created_at)
       VALUES (@id, @short, @owner, @project, @key, @surface, @source, @originCap, @client, @session, @externalSession, @token,
         @turn, @turnKey, @callId, @checkout, @cwd, @branch, @commit, @payload, @snapshot, @now)`,
    ),
    putItem: db.prepare<[ItemValues]>(
      `INSERT INTO suggestion_items (id, short, envelope, project, family, place, action, scope, summary, payload,
         confidence, state, reason, attempts, created_at, updated_at)
       VALUES (@id, @short, @envelope, @project, @family, @place, @action, @scope, @summary, @payload, @confidence, @state,
         @reason, 0, @now, @now)`,
    ),
    /** The reason stays when there is no new one: it is the last thing that went wrong. */
    move: db.prepare<[ItemState, string | null, string | null, number, number]>(
      'UPDATE suggestion_items SET state = ?, lease = ?, reason = coalesce(?, reason), updated_at = ? WHERE row = ?',
    ),
    attempt: db.prepare<[number]>('UPDATE suggestion_items SET attempts = attempts + 1 WHERE row = ?'),
    failed: db
      .prepare<[string], number>("SELECT row FROM suggestion_items WHERE id = ? AND state = 'failed'")
      .pluck(),
    again: db.prepare<[number, number]>(
      "UPDATE suggestion_items SET state = 'pending', attempts = 0, lease = NULL, updated_at = ? WHERE row = ?",
    ),
    orphans: db
      .prepare<[], number>(
        `SELECT row FROM suggestion_items i WHERE state = 'processing'
         AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.token = i.lease) ORDER BY row`,
      )
      .pluck(),
    pending: db.prepare<{ after: number; limit: number }, Waiting>(
      `SELECT row, attempts, reason FROM suggestion_items INDEXED BY suggestion_items_by_state
       WHERE state = 'pending' AND row > @after ORDER BY row LIMIT @limit`,
    ),
    pendingOf: db.prepare<{ after: number; limit: number; projects: string }, Waiting>(
      `SELECT row, attempts, reason FROM suggestion_items
       WHERE ifnull(project, 0) IN (SELECT value FROM json_each(@projects)) AND state = 'pending' AND row > @after
       ORDER BY row LIMIT @limit`,
    ),
    claimedBy: db
      .prepare<[string], number>(
        "SELECT row FROM suggestion_items WHERE state = 'processing' AND lease = ? ORDER BY row",
      )
      .pluck(),
    leased: db.prepare<[string, string], number>('SELECT 1 FROM leases WHERE name = ? AND token = ?').pluck(),
    counts: db.prepare<[], Count>('SELECT state, count(*) AS count FROM suggestion_items GROUP BY state'),
    countsOf: db.prepare<[string], Count>(
      `SELECT state, count(*) AS count FROM suggestion_items
       WHERE ifnull(project, 0) IN (SELECT value FROM json_each(?)) GROUP BY state`,
    ),
    open: db.prepare<[], { project: string | null; items: number }>(
      `SELECT p.id AS project, count(*) AS items FROM suggestion_items i LEFT JOIN projects p ON p.row = i.project
       WHERE i.state IN ('pending', 'processing') GROUP BY i.project ORDER BY min(i.row)`,
    ),
    submitted: db
      .prepare<[string, number], number>(
        `SELECT count(*) FROM envelopes e JOIN suggestion_items i ON i.envelope = e.row
         WHERE e.session = ? AND e.created_at >= ?`,
      )
      .pluck(),
    transitions: db.prepare<[string], ItemTransition>(
      `SELECT t.at, t.from_state AS "from", t.to_state AS "to", t.reason, t.receipt
       FROM item_transitions t JOIN suggestion_items i ON i.row = t.item WHERE i.id = ? ORDER BY t.step`,
    ),
  };
}
