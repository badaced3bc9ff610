/** The words for what becomes of a suggestion item. */

export type SuggestionFamily = 'memory_updates' | 'recall_candidate' | 'skill_action';
export type ItemState = 'pending' | 'processing' | 'done' | 'failed' | 'discarded';
/** How an item that is `done` has ended. */
export type ItemOutcome = 'added' | 'merged' | 'replaced' | 'removed' | 'waiting';
