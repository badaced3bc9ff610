/** The prepared statements of the one writer. */
import type { Connection } from './connection.ts';

export type PlanStatements = ReturnType<typeof planStatements>;

export type InsertValues = Record<
  | 'id'
  | 'short'
  | 'kind'
  | 'scope'
  | 'title'
  | 'content'
  | 'state'
  | 'origin'
  | 'evidence'
  | 'tags'
  | 'aliases'
  | 'paths'
  | 'sources',
  string
> &
  Record<'owner' | 'confidence' | 'now' | 'validFrom', number> &
  Record<
    | 'reason'
    | 'claim'
    | 'client'
    | 'session'
    | 'externalSession'
    | 'callId'
    | 'checkout'
    | 'cwd'
    | 'branch'
    | 'commit',
    string | null
  > &
  Record<'project' | 'turn' | 'validTo', number | null> & { hash: Buffer };

export type MergeValues = Record<
  'title' | 'content' | 'origin' | 'evidence' | 'tags' | 'aliases' | 'sources' | 'paths',
  string
> &
  Record<'row' | 'confidence' | 'now', number> & { hash: Buffer };

type ReceiptValues = Record<'id' | 'short' | 'kind' | 'surface' | 'status', string> &
  Record<'owner' | 'now', number> &
  Record<'client' | 'session' | 'token' | 'backend' | 'fallback' | 'stats' | 'undoes', string | null> & {
    project: number | null;
  };

export function planStatements({ db }: Connection) {
  return {
    owner: db.prepare<[string], number>('SELECT row FROM owners WHERE id = ?').pluck(),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),
    addReceipt: db.prepare<[ReceiptValues]>(
      `INSERT INTO receipts (id, short, kind, owner, surface, client, session, token, project, at, status, backend,
         fallback, stats, undoes)
       VALUES (@id, @short, @kind, @owner, @surface, @client, @session, @token, @project, @now, @status, @backend,
         @fallback, @stats, @undoes)`,
    ),
    /** What a record was before lies with the changes. */
    addOperation: db.prepare<[number, number, string, string, string, number, string | null]>(
      `INSERT INTO receipt_operations (receipt, place, op, outcome, memory, version, before, item)
       VALUES (?, ?, ?, ?, ?, ?, NULL, ?)`,
    ),
    undone: db.prepare<[string], { undoes: string | null; undoneBy: string | null }>(
      'SELECT undoes, undone_by AS undoneBy FROM receipts WHERE id = ?',
    ),
    setUndone: db.prepare<[string | null, string]>('UPDATE receipts SET undone_by = ? WHERE id = ?'),
    liveHash: db
      .prepare<[number, string, number, Buffer], number>(
        `SELECT row FROM memories WHERE owner = ? AND scope = ? AND ifnull(project, 0) = ? AND content_hash = ?
         AND state IN ('active', 'waiting')`,
      )
      .pluck(),
    insert: db.prepare<[InsertValues]>(
      `INSERT INTO memories (id, short, kind, owner, scope, project, title, content, content_hash, state, reason, origin, claim,
         evidence, confidence, tags, aliases, paths, sources, client, session, external_session, turn, call_id, checkout, cwd,
         branch, commit_id, version, created_at, updated_at, valid_from, valid_to)
       VALUES (@id, @short, @kind, @owner, @scope, @project, @title, @content, @hash, @state, @reason, @origin, @claim,
         @evidence, @confidence, @tags, @aliases, @paths, @sources, @client, @session, @externalSession, @turn, @callId,
         @checkout, @cwd, @branch, @commit, 1, @now, @now, @validFrom, @validTo)`,
    ),
    merge: db.prepare<[MergeValues]>(
      `UPDATE memories SET title = @title, content = @content, content_hash = @hash, origin = @origin, evidence = @evidence,
         confidence = @confidence, tags = @tags, aliases = @aliases, sources = @sources, paths = @paths, updated_at = @now
       WHERE row = @row`,
    ),
    mergeSources: db.prepare<[string, number, number]>(
      'UPDATE memories SET sources = ?, updated_at = ? WHERE row = ?',
    ),
    close: db.prepare<[string, string, number, number, number]>(
      'UPDATE memories SET state = ?, reason = ?, updated_at = ?, valid_to = coalesce(valid_to, ?) WHERE row = ?',
    ),
    approve: db.prepare<[number, number, number]>(
      `UPDATE memories SET state = 'active', origin = 'user', reason = NULL, approved_at = ?, updated_at = ? WHERE row = ?`,
    ),
    reconsider: db.prepare<[string, string, string, string | null, number, number]>(
      'UPDATE memories SET origin = ?, evidence = ?, state = ?, reason = ?, updated_at = ? WHERE row = ?',
    ),
    edit: db.prepare<[string, string, Buffer, string, string, number, number]>(
      `UPDATE memories SET title = ?, content = ?, content_hash = ?, origin = ?, evidence = ?, updated_at = ? WHERE row = ?`,
    ),
    restore: db.prepare<{ snapshot: string; now: number; row: number }>(
      `UPDATE memories SET title = @snapshot ->> 'title', content = @snapshot ->> 'content',
         content_hash = unhex(@snapshot ->> 'hash'), state = @snapshot ->> 'state', reason = @snapshot ->> 'reason',
         origin = @snapshot ->> 'origin', claim = @snapshot ->> 'claim', evidence = @snapshot ->> 'evidence',
         confidence = CAST(@snapshot ->> 'confidence' AS REAL), tags = @snapshot ->> 'tags',
         aliases = @snapshot ->> 'aliases', paths = @snapshot ->> 'paths', sources = @snapshot ->> 'sources',
         approved_at = @snapshot ->> 'approvedAt', valid_from = @snapshot ->> 'validFrom',
         valid_to = @snapshot ->> 'validTo', updated_at = @now
       WHERE row = @row`,
    ),
    /** The content's hash in a snapshot of a live record. */
    liveIn: db.prepare<[string], { hash: Buffer | null }>(
      `SELECT unhex(value ->> 'hash') AS hash FROM (SELECT ? AS value)
       WHERE value ->> 'state' IN ('active', 'waiting')`,
    ),
    dropLinks: db.prepare<[string]>('DELETE FROM links WHERE source = ?'),
    dropReplaces: db.prepare<[string]>(
      "DELETE FROM links WHERE source = ? AND kind IN ('replaces', 'would_replace')",
    ),
    restoreLinks: db.prepare<[string, string]>(
      `INSERT OR IGNORE INTO links (source, target, kind, at)
       SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?, '$.links')`,
    ),
    dropTombstone: db.prepare<[string]>("DELETE FROM tombstones WHERE kind = 'memory' AND id = ?"),
    bump: db.prepare<[string]>('UPDATE memories SET version = version + 1 WHERE id = ?'),
    keepVersion: db.prepare<[number, number, number, string, string, string, string, string, string, string]>(
      `INSERT INTO memory_versions (memory, version, at, title, content, state, origin, sources, change, receipt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    link: db.prepare<[string, string, string, number]>(
      'INSERT INTO links (source, target, kind, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    wouldReplace: db
      .prepare<[string], string>("SELECT target FROM links WHERE source = ? AND kind = 'would_replace'")
      .pluck(),
    parts: db
      .prepare<[string], string>(
        `SELECT l.source FROM links l JOIN memories r ON r.id = l.source
         WHERE l.target = ? AND l.kind = 'part_of' AND r.state <> 'forgotten'`,
      )
      .pluck(),
    tombstone: db.prepare<[string, string, number, string]>(
      'INSERT INTO tombstones (kind, id, at, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    decide: db.prepare<[string, string, string | null, string, number, number, string]>(
      `INSERT INTO decisions (memory, decision, reason, how, owner, at, receipt, token)
       SELECT ?, ?, ?, ?, ?, ?, id, token FROM receipts WHERE id = ?`,
    ),
    once: db.prepare<[string], Buffer>('SELECT content FROM once_keys WHERE key = ?').pluck(),
    putOnce: db.prepare<[string, Buffer, string, number]>(
      'INSERT INTO once_keys (key, content, receipt, at) VALUES (?, ?, ?, ?)',
    ),
  };
}
