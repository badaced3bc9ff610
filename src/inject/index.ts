/** inject: all text that is given to a model unasked, within its budgets, fenced as data. */
export { injectService } from './service.ts';
export type { InjectDeps, InjectService } from './types.ts';
