/**
 * The one writer: every change of a memory is a plan, applied in one transaction with its receipt. When the store
 * answers `conflict`, something the plan had read was changed meanwhile, and the service plans again.
 */
import { StoreError } from '../model/errors.ts';
import type { Plan, PlanResult } from '../model/plan.ts';
import type { Store } from '../store/store.ts';

/** A plan that meets a conflict this often is fighting with another process for one record. */
const ATTEMPTS = 20;

export type Applied = Extract<PlanResult, { status: 'applied' }>;

/**
 * Plans and applies until it holds. `plan` reads afresh each time; it may answer that there is nothing to do.
 * @throws StoreError when the record is still being changed after many attempts; nothing was stored then.
 */
export async function applyPlan<T>(
  store: Store,
  plan: () => Promise<{ readonly plan: Plan } | { readonly done: T }>,
): Promise<{ readonly applied: Applied } | { readonly done: T }> {
  let why = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const next = await plan();
    if ('done' in next) return next;
    const result = await store.plans.apply(next.plan);
    if (result.status === 'applied') return { applied: result };
    why = result.why;
  }
  throw new StoreError({ what: 'The change was not stored', why, next: 'Try again' });
}
