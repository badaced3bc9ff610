/** The one writer of memories, and what takes its receipts back. */
export { applyPlan } from './apply.ts';
export { placeMemories } from './placement.ts';
export { storeSource } from './projection-source.ts';
export { HAND_CLAIM, type ProjectionDeps, type ProjectionGroup } from './projection-types.ts';
export { type PlacedGroup, placeGroup, viewFile } from './projection-view.ts';
export { absorbGroup, groupFiles, renderGroup } from './projections.ts';
export { type CompileService, compileService } from './service.ts';
export type {
  CompileDeps,
  CompileResult,
  Preflight,
  ProjectionDesk,
  ScanResult,
  SubmitResult,
} from './types.ts';
export { FileTrouble } from './types.ts';
export { type Undone, undoReceipt } from './undo.ts';
