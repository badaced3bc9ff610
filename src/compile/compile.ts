/**
 * Compile: what was suggested becomes memory, batch after batch under a lease, each with its receipt in one
 * transaction. Ending between two batches, by whatever cause, leaves nothing stuck.
 */
import { BACKENDS, type Backend } from '../model/backend.ts';
import type { Caller } from '../model/caller.ts';
import { ConfigError, messageOf } from '../model/errors.ts';
import { Planner } from './planner.ts';
import { Run } from './run.ts';
import type { CompileDeps, CompileRequest, CompileResult } from './types.ts';

/** @throws ConfigError for a backend that cannot run; StoreError when the store cannot be written. */
export async function compile(
  deps: CompileDeps,
  caller: Caller,
  request: CompileRequest = {},
): Promise<CompileResult> {
  const isDry = request.dryRun === true;
  const planner = new Planner(deps, caller, backendOf(deps, request.backend), request);
  const run = new Run(deps, caller, request, planner);
  try {
    const result = isDry ? await run.dry() : await run.whole();
    if (!result.run_status.startsWith('skip') && result.run_status !== 'plan')
      await note(deps, result, run.fileError);
    return result;
  } catch (error) {
    await note(deps, null, messageOf(error));
    throw error;
  }
}

function backendOf({ backend = 'script' }: CompileDeps, asked: Backend | undefined): Backend {
  const known = BACKENDS.find((name) => name === (asked ?? backend));
  if (known !== undefined) return known;
  throw new ConfigError({
    what: `backend under [compile] is ${JSON.stringify(backend)}`,
    why: 'there is no backend of that name',
    next: `Take one of ${BACKENDS.join(', ')}; another program goes into agent_command`,
  });
}

async function note(
  { store, now }: CompileDeps,
  result: CompileResult | null,
  error: string | null,
): Promise<void> {
  const fallback = result?.fallback;
  await store.health.setNote('compile', {
    at: now(),
    error,
    detail: {
      ...(result === null ? {} : { processed: result.processed }),
      ...(fallback === undefined ? {} : { fallback: `${fallback.backend}: ${fallback.reason}` }),
    },
  });
}
