/** A run that the system's scheduler has started: nobody reads what it prints, so the log tells how it went. */
import { messageOf } from '../model/errors.ts';
import type { Invocation } from './invocation.ts';

/** Under this kind `midturn scheduler status` finds it. */
const KIND = 'scheduler';

export function isScheduled({ flags }: Invocation): boolean {
  return flags.has('scheduled');
}

/** Runs the command, and notes its end where a scheduler has started it. */
export async function noted(invocation: Invocation, act: () => Promise<number>): Promise<number> {
  if (!isScheduled(invocation)) return act();
  const { app } = invocation;
  const began = app.now();
  const note = (ok: boolean, error?: string): void =>
    app.log({
      at: app.now(),
      level: ok ? 'info' : 'error',
      kind: KIND,
      ok,
      ms: app.now() - began,
      ...(error === undefined ? {} : { error }),
    });
  try {
    await (await app.scheduler()).cutOutput();
    const code = await act();
    note(code === 0, code === 0 ? undefined : `ended with ${code}`);
    return code;
  } catch (error) {
    note(false, messageOf(error));
    throw error;
  }
}
