/** recall_history: search, index and reading. */
export { historyService, type HistoryDeps, type HistoryService } from './service.ts';
export type { HistoryHit, HistoryRequest } from './types.ts';
