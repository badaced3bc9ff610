/** Setup: what belongs into the files of clients, and the program that they start. */
export { diskFiles } from './files.ts';
export type { Proof } from './prove.ts';
export {
  type RemovalPlan,
  type Removed,
  type SetupPlan,
  type SetupService,
  setupService,
} from './service.ts';
export type { World } from './types.ts';
