/** recall: what is remembered, on demand. */
export { type RecallService, recallService } from './service.ts';
export type { RecallHit, RecallRequest } from './types.ts';
