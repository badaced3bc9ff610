/**
 * The journal of a plan: every record it changes, as it was and as it became, whole enough to be put back; and which
 * projections it has made stale.
 */
import { StoreError } from '../../model/errors.ts';
import { type Packed, pack, unpack } from './blob.ts';
import type { Connection } from './connection.ts';
import type { PlanContext } from './plan-context.ts';

export type RecordKind = 'memory' | 'skill';

const MEMORY = `SELECT version, scope, ifnull(project, 0) AS project, json_object(
    'kind', kind, 'scope', scope, 'title', title, 'content', content, 'hash', hex(content_hash), 'state', state,
    'reason', reason, 'origin', origin, 'claim', claim, 'evidence', evidence, 'confidence', confidence, 'tags', tags,
    'aliases', aliases, 'paths', paths, 'sources', sources, 'version', version, 'approvedAt', approved_at,
    'validFrom', valid_from, 'validTo', valid_to,
    'links', (SELECT json_group_array(json_array(target, kind, at)) FROM links WHERE source = r.id)) AS snapshot
  FROM memories r WHERE id = ?`;
const SKILL = `SELECT version, scope, ifnull(project, 0) AS project, json_object(
    'slug', slug, 'scope', scope, 'title', title, 'description', description, 'content', content,
    'hash', hex(content_hash), 'state', state, 'reason', reason, 'origin', origin, 'claim', claim, 'evidence', evidence,
    'confidence', confidence, 'paths', paths, 'sources', sources, 'version', version, 'approvedAt', approved_at,
    'retiredAt', retired_at) AS snapshot
  FROM skills WHERE id = ?`;

type State = { version: number; scope: string; project: number; snapshot: string };
type Touched = { readonly kind: RecordKind; readonly before: State | null };

export type JournalStatements = ReturnType<typeof journalStatements>;

export function journalStatements({ db }: Connection) {
  return {
    memory: db.prepare<[string], State>(MEMORY),
    skill: db.prepare<[string], State>(SKILL),
    change: db.prepare<[number, number, number, RecordKind, string, number, number, Packed | null, Packed]>(
      `INSERT INTO receipt_changes (receipt, step, place, kind, record, from_version, to_version, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    dirty: db.prepare<[string, number, number]>(
      `INSERT INTO dirty_projections (scope, project, mark) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET mark = excluded.mark`,
    ),
    earlier: db.prepare<[string, string], { before: Packed | null }>(
      `SELECT c.before FROM receipt_changes c JOIN receipts r ON r.row = c.receipt
       WHERE c.record = ? AND r.id = ? ORDER BY c.step LIMIT 1`,
    ),
  };
}

export class PlanJournal {
  readonly #statements: JournalStatements;
  readonly #context: PlanContext;
  readonly #touched = new Map<string, Touched>();
  readonly #dirty = new Set<string>();
  #step = 0;

  constructor(statements: JournalStatements, context: PlanContext) {
    this.#statements = statements;
    this.#context = context;
  }

  /** Says that a record is about to be changed. */
  touch(kind: RecordKind, id: string): void {
    if (!this.#touched.has(id)) this.#touched.set(id, { kind, before: this.#state(kind, id) });
  }

  /** Says that a record was made. */
  made(kind: RecordKind, id: string): void {
    this.#touched.set(id, { kind, before: null });
  }

  /** Writes what the operation at `place` has changed. */
  close(place: number): void {
    for (const [id, { kind, before }] of this.#touched) {
      const after = this.#state(kind, id);
      if (after === null) throw new StoreError({ what: `${id} was not stored` });
      const { receiptRow } = this.#context;
      // What became of a memory that was made is its version: kept twice, it would be a third of what a record takes.
      const made = before === null && kind === 'memory';
      this.#statements.change.run(
        receiptRow,
        this.#step,
        place,
        kind,
        id,
        before?.version ?? 0,
        after.version,
        before === null ? null : pack(before.snapshot),
        made ? JSON.stringify({ version: after.version }) : pack(after.snapshot),
      );
      this.#step += 1;
      const key = `${after.scope} ${after.project}`;
      if (this.#dirty.has(key)) continue;
      this.#dirty.add(key);
      this.#statements.dirty.run(after.scope, after.project, receiptRow);
    }
    this.#touched.clear();
  }

  /**
   * What a record was before a receipt, as JSON; null when the receipt had made it.
   * @throws StoreError when the receipt did not change it, or its words were erased since.
   */
  before(id: string, receipt: string): string | null {
    const change = this.#statements.earlier.get(id, receipt);
    if (change === undefined) {
      throw new StoreError({ what: `${id} cannot be put back`, why: 'the receipt did not change it' });
    }
    if (change.before === null) return null;
    const snapshot = unpack(change.before);
    if (snapshot === '{}') {
      throw new StoreError({ what: `${id} cannot be put back`, why: 'its words were erased' });
    }
    return snapshot;
  }

  #state(kind: RecordKind, id: string): State | null {
    return (kind === 'memory' ? this.#statements.memory : this.#statements.skill).get(id) ?? null;
  }
}
