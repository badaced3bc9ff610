/** How a plan ends the suggestions that it comes from, and makes sure that they, and its lease, are still its own. */
import type { ItemId } from '../../model/ids.ts';
import type { AppliedOperation, AppliedSkill, ItemEnd } from '../../model/plan.ts';
import type { ItemOutcome, ItemState } from '../../model/suggestion.ts';
import type { Connection } from './connection.ts';
import { Conflict, type PlanContext } from './plan-context.ts';
import { transitionLog } from './suggestion-rows.ts';

type Kept = { row: number; short: string; state: ItemState; lease: string | null; receipt: string | null };

export type ItemStatements = ReturnType<typeof itemStatements>;

export function itemStatements(connection: Connection) {
  const { db } = connection;
  return {
    leased: db.prepare<[string, string], number>('SELECT 1 FROM leases WHERE name = ? AND token = ?').pluck(),
    item: db.prepare<[string], Kept>(
      'SELECT row, short, state, lease, receipt FROM suggestion_items WHERE id = ?',
    ),
    end: db.prepare<[ItemState, ItemOutcome | null, string | null, string | null, string, number, number]>(
      `UPDATE suggestion_items SET state = ?, outcome = ?, reason = ?, target = ?, receipt = ?, lease = NULL, updated_at = ?
       WHERE row = ?`,
    ),
    receiptItem: db.prepare<[number, string, ItemState, ItemOutcome | null, string | null]>(
      'INSERT INTO receipt_items (receipt, item, state, outcome, reason) VALUES (?, ?, ?, ?, ?)',
    ),
    log: transitionLog(connection),
  };
}

/** @throws Conflict when the plan's lease is not held any more. */
export function checkLease(statements: ItemStatements, plan: PlanContext['plan']): void {
  const { lease } = plan;
  if (lease === undefined) return;
  if (statements.leased.get(lease.name, lease.token) === undefined)
    throw new Conflict('the lease was lost', true);
}

export class PlanItems {
  readonly #statements: ItemStatements;
  readonly #context: PlanContext;
  readonly #ends = new Map<ItemId, ItemEnd>();

  constructor(statements: ItemStatements, context: PlanContext) {
    this.#statements = statements;
    this.#context = context;
    for (const end of context.plan.items ?? []) this.#ends.set(end.item, end);
  }

  /** An operation that came from an item: the last one of an item says how it ended. */
  applied(item: ItemId | undefined, outcome: AnyOutcome, target: string, reason: string | null): void {
    if (item === undefined) return;
    this.#ends.set(item, { item, state: 'done', outcome: ITEM_OUTCOME[outcome], target, reason });
  }

  close(): void {
    const { now, receipt, receiptRow } = this.#context;
    for (const end of this.#ends.values()) {
      const kept = this.#statements.item.get(end.item);
      if (kept === undefined) throw new Conflict(`the suggestion ${end.item} is not there`);
      if (!this.#isOurs(kept))
        throw new Conflict(`the suggestion i_${kept.short} was taken by another meanwhile`);
      const [outcome, target] = end.state === 'done' ? [end.outcome, end.target] : [null, null];
      this.#statements.end.run(end.state, outcome, end.reason, target, receipt, now, kept.row);
      this.#statements.log(
        { item: kept.row, from: kept.state, to: end.state, reason: end.reason, receipt },
        now,
      );
      this.#statements.receiptItem.run(receiptRow, end.item, end.state, outcome, end.reason);
    }
  }

  /** Undoing speaks of what the receipt that it takes back had ended, and of nothing else. */
  #isOurs(kept: Kept): boolean {
    const { lease, undoes } = this.#context.plan;
    if (undoes !== undefined) return kept.receipt === undoes;
    if (lease === undefined) return kept.state === 'pending';
    return kept.state === 'processing' && kept.lease === lease.token;
  }
}

type AnyOutcome = AppliedOperation['outcome'] | AppliedSkill['outcome'];

const ITEM_OUTCOME: Readonly<Record<AnyOutcome, ItemOutcome>> = {
  added: 'added',
  merged: 'merged',
  replaced: 'replaced',
  removed: 'removed',
  waiting: 'waiting',
  approved: 'added',
  rejected: 'removed',
  reconsidered: 'merged',
  edited: 'replaced',
  expired: 'removed',
  restored: 'replaced',
};
