/** Remember, forget, list, show and decide: each makes plans for the one writer. */
export { type MemoriesService, memoriesService } from './service.ts';
export { memoryTerms } from './terms.ts';
export type { RememberRequest, RememberResult } from './types.ts';
