/** The one writer of memories. */
export { applyPlan, type Applied } from './apply.ts';
