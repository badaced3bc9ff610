/** What the parts of the one writer share while they apply one plan. */
import type { Plan } from '../../model/plan.ts';

/** Thrown inside the transaction to roll all of it back. */
export class Conflict extends Error {
  readonly leaseLost: boolean;
  constructor(why: string, leaseLost = false) {
    super(why);
    this.leaseLost = leaseLost;
  }
}

export type PlanContext = {
  readonly plan: Plan;
  readonly now: number;
  /** The id of the receipt, and its row. */
  readonly receipt: string;
  readonly receiptRow: number;
  readonly owner: number;
  readonly projectRow: (id: string | null) => number | null;
};
