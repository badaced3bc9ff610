/** A session has ended. Codex gives this one second: a file and a process are all there is time for. */
import { type Hook, WORK } from './hook.ts';

export const sessionEnd: Hook = {
  event: 'session-end',
  kind: 'session-ended',
  run: async () => WORK,
  whenFailed: () => WORK,
};
