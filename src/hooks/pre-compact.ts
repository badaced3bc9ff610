/** The client is about to sum up the session: everything said so far is captured while it is still there. */
import { type Hook, WORK } from './hook.ts';

export const preCompact: Hook = {
  event: 'pre-compact',
  kind: 'before-compaction',
  run: async () => WORK,
  whenFailed: () => WORK,
};
