/** The one writer of memories. */
export { type Applied, applyPlan } from './apply.ts';
