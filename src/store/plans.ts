/** The one place that writes memories: a plan is applied whole, or not at all. */
import type { Plan, PlanResult } from '../model/plan.ts';

export interface PlansPort {
  /**
   * Applies a plan and its receipt in one transaction, durably.
   * @throws StoreError when the once-key was used with other content, or the store stays locked.
   */
  apply(plan: Plan): Promise<PlanResult>;
}
