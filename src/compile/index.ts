/** The one writer of memories, and what takes its receipts back. */
export { applyPlan } from './apply.ts';
export { type Undone, undoReceipt } from './undo.ts';
export { INJECTED_BUDGETS } from './placement.ts';
export { absorbGroup, renderGroup } from './projections.ts';
export { groupFiles } from './projections.ts';
export { storeSource } from './projection-source.ts';
export type { ProjectionDeps, ProjectionGroup } from './projection-types.ts';
export { type CompileService, compileService } from './service.ts';
export {
  type Backend,
  BACKENDS,
  type CompileDeps,
  type CompileResult,
  type Preflight,
  type ProjectionDesk,
  type ScanResult,
  type SkillRules,
  type SubmitResult,
} from './types.ts';
