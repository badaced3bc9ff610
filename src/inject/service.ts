/** The inject service: everything that reaches a model without having been asked for comes from here. */

import type { Caller } from '../model/caller.ts';
import { storeWithin } from '../store/within.ts';
import { contractFor, reviewFor } from './contract.ts';
import { sessionStart } from './session-start.ts';
import type { InjectDeps, InjectService, SessionSource } from './types.ts';

export function injectService(deps: InjectDeps): InjectService {
  return {
    sessionStart: async (caller, { source }) =>
      sessionStart(await within(deps, caller), caller, sourceOf(source)),
    // Each loads what it needs itself: the start of a session looks up no words.
    prompt: async (caller, text) =>
      (await import('./prompt.ts')).promptText(await within(deps, caller), caller, text),
    failure: async (caller, failure) =>
      (await import('./failure.ts')).knownFailure(await within(deps, caller), caller, failure),
    contract: (client = null, plugin = false) => contractFor({ client, plugin }, deps.contract ?? null),
    review: (client = null, plugin = false) => reviewFor({ client, plugin }, deps.review ?? null),
  };
}

async function within(deps: InjectDeps, caller: Caller): Promise<InjectDeps> {
  return { ...deps, store: await storeWithin(deps.store, caller) };
}

const SOURCES: readonly SessionSource[] = ['startup', 'resume', 'compact', 'clear'];

function sourceOf(said: string): SessionSource {
  return SOURCES.find((source) => source === said) ?? 'startup';
}
