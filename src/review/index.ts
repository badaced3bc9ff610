/** Reviews: a finished session is looked at, and what is worth keeping is suggested. */
export { limitsAt, stopWords } from './budget.ts';
export { dummyReviewer } from './providers/dummy.ts';
export { type ReviewerFactories, reviewerFor } from './reviewers.ts';
export { rulesReviewer } from './rules/index.ts';
export { type ReviewService, reviewService } from './service.ts';
export { storedProcedures } from './stored-procedures.ts';
export type { ReviewDeps, UsageReport, Withheld } from './types.ts';
