/** What midturn says of itself: counts, queue, what waits, what went wrong last. */
export { HOOK_EVENTS, type HookActivity, hookActivity, lastHooks } from './hooks.ts';
export { statusService } from './report.ts';
export type { StatusReport, StatusService } from './types.ts';
