/** recall_history: search, index and reading. */
export { type HistoryService, historyService } from './service.ts';
export type { HistoryHit, HistoryRequest } from './types.ts';
