/** Remember, forget, list, show and decide: each makes plans for the one writer. */

export type { EraseReport } from './erase.ts';
export type { ForgetPreview, ForgetReport } from './forgetting.ts';
export type { HistoryEntry, MemoryHistory } from './history.ts';
export { sourcePaths } from './paths.ts';
export { prepare } from './prepare.ts';
export type { ListedReceipt } from './receipts.ts';
export { type MemoriesService, memoriesService } from './service.ts';
export { admittedText, memoryTerms } from './terms.ts';
export type { RememberRequest, RememberResult } from './types.ts';
