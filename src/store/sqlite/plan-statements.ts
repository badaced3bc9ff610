/** The prepared statements of the one writer. */
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';

export type PlanStatements = ReturnType<typeof planStatements>;

type InsertValues = Record<
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

type MergeValues = Record<
  'title' | 'content' | 'origin' | 'evidence' | 'tags' | 'aliases' | 'sources' | 'paths',
  string
> &
  Record<'row' | 'confidence' | 'now', number> & { hash: Buffer };

export function planStatements({ db }: Connection) {
  return {
    taken: keyed((table) => db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE short = ?`).pluck()),
    owner: db.prepare<[string], number>('SELECT row FROM owners WHERE id = ?').pluck(),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),
    addReceipt: db.prepare<
      [string, string, string, number, string, string | null, string | null, number | null, number]
    >(
      `INSERT INTO receipts (id, short, kind, owner, surface, client, session, project, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addOperation: db.prepare<[number, number, string, string, string, number, string | null]>(
      'INSERT INTO receipt_operations (receipt, place, op, outcome, memory, version, before) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    liveHash: db
      .prepare<[number, string, number, Buffer], number>(
        `SELECT 1 FROM memories WHERE owner = ? AND scope = ? AND ifnull(project, 0) = ? AND content_hash = ?
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
      'INSERT INTO decisions (memory, decision, reason, how, owner, at, receipt) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    once: db.prepare<[string], Buffer>('SELECT content FROM once_keys WHERE key = ?').pluck(),
    putOnce: db.prepare<[string, Buffer, string, number]>(
      'INSERT INTO once_keys (key, content, receipt, at) VALUES (?, ?, ?, ?)',
    ),
  };
}
