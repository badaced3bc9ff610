/** A command has failed: where the same failure was met and mended before, that is said; nothing otherwise. */
import { contextAnswer, type HookEvent } from './answer.ts';
import { commandEnd } from './codex-exit.ts';
import { type Hook, isAnythingKept, SILENT } from './hook.ts';
import type { HookPayload } from './payload.ts';

type Failure = {
  readonly event: HookEvent;
  readonly command: string;
  readonly error: string;
  readonly exitCode: number | null;
};

export const postTool: Hook = {
  event: 'post-tool',
  kind: null,
  run: async ({ app, payload, caller }) => {
    const failure = failureOf(payload);
    // Nearly every call ends here, before anything has been opened.
    if (failure === null || !isAnythingKept(app)) return SILENT;
    const { event, ...failed } = failure;
    const text = await (await app.inject()).failure(await caller(), failed);
    return { answer: contextAnswer(event, text), wake: false };
  },
};

/** A command that has failed; null for everything else, and for what a person has stopped. */
export function failureOf(payload: HookPayload): Failure | null {
  const { client, command, error, response, call, transcript, interrupted } = payload;
  if (command === null || interrupted) return null;
  if (error !== null) {
    return { event: 'PostToolUseFailure', command, error, exitCode: exitCodeIn(error) };
  }
  if (client !== 'codex' || call === null || transcript === null) return null;
  const end = commandEnd(transcript, call);
  if (end === null || end.exitCode === 0) return null;
  return { event: 'PostToolUse', command, error: response ?? end.output, exitCode: end.exitCode };
}

/** Claude Code begins the error of a failed command with `Exit code 3`. */
function exitCodeIn(error: string): number | null {
  const code = /^\s*(?:Error: )?Exit code (\d{1,10})\b/.exec(error)?.[1];
  return code === undefined ? null : Number(code);
}
