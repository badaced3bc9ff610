/**
 * A turn has ended: word of it goes into the spool, a worker is started, and that is all. It never asks the client to
 * go on, so a client that goes on for another hook's sake (`stop_hook_active`) is in no danger of a circle; what was
 * said until then is captured all the same.
 */

import { GO_ON } from './answer.ts';
import type { Arguments } from './arguments.ts';
import type { Hook, HookResult } from './hook.ts';

export const stopReview: Hook = {
  event: 'stop-review',
  kind: 'turn-ended',
  run: async ({ args }) => ended(args),
  whenFailed: ended,
};

function ended({ fromStdin }: Arguments): HookResult {
  return { answer: fromStdin ? GO_ON : '', wake: true };
}
