/** The one writer of memories. */
export { applyPlan } from './apply.ts';
