/** The inject service: everything that reaches a model without having been asked for comes from here. */
import { contractFor, reviewFor } from './contract.ts';
import { sessionStart } from './session-start.ts';
import type { InjectDeps, InjectService, SessionSource } from './types.ts';

export function injectService(deps: InjectDeps): InjectService {
  return {
    sessionStart: (caller, { source }) => sessionStart(deps, caller, sourceOf(source)),
    // Each loads what it needs itself: the start of a session looks up no words.
    prompt: async (caller, text) => (await import('./prompt.ts')).promptText(deps, caller, text),
    failure: async (caller, failure) => (await import('./failure.ts')).knownFailure(deps, caller, failure),
    contract: (client = null, plugin = false) => contractFor({ client, plugin }, deps.contract ?? null),
    review: (client = null, plugin = false) => reviewFor({ client, plugin }, deps.review ?? null),
  };
}

const SOURCES: readonly SessionSource[] = ['startup', 'resume', 'compact', 'clear'];

function sourceOf(said: string): SessionSource {
  return SOURCES.find((source) => source === said) ?? 'startup';
}
