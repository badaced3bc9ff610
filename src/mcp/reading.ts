/**
 * Prompts and resources: who reads must be allowed to, it ends in time, and what goes wrong is a protocol error in our
 * own words.
 */
import { ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';
import type { CallLimits } from './limits.ts';

export type ReadFrom = {
  readonly app: App;
  readonly log: (line: string) => void;
  readonly factsOf: (context: ServerContext) => Promise<CallFacts>;
  /** Default: what limits.ts says. */
  readonly limits?: CallLimits;
};

/**
 * What `read` gives, for a caller who has the right to read.
 * @param what names it in an error: `the prompt review_session`
 * @throws ProtocolError and nothing else: -32602 for what the caller can put right, -32603 for the rest
 */
export async function reading<T>(
  what: string,
  { app, log, factsOf, limits }: ReadFrom,
  context: ServerContext,
  read: (facts: CallFacts) => Promise<T>,
): Promise<T> {
  let surface: CallFacts['surface'] | null = null;
  const { CALL_LIMITS, CallTime, errorWords, isInputError, requireRight, tooLate } = await import(
    './calling.ts'
  );
  const { callMs, graceMs } = limits ?? CALL_LIMITS;
  const late = () =>
    new ProtocolError(ProtocolErrorCode.InternalError, tooLate(what, false, callMs / 1000).message);
  const work = async (): Promise<T> => {
    const facts = await factsOf(context);
    surface = facts.surface;
    requireRight(facts, 'read', what);
    return read(facts);
  };
  try {
    return await new CallTime(callMs, { graceMs, late }).watch(work());
  } catch (error) {
    // Raised on purpose, with a code and words for the client.
    if (isProtocolError(error)) throw error;
    const code = isInputError(error) ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, errorWords(what, error, { app, surface, log }));
  }
}

/** By its look: bundles that are loaded apart have classes of their own. */
function isProtocolError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && Number.isSafeInteger(error.code);
}
