/** recall_history: search, index and reading. */
export { currentTurn } from './scope.ts';
export { type HistoryService, historyService } from './service.ts';
export type { HistoryHit, HistoryRequest } from './types.ts';
