/** The inject service: everything that reaches a model without having been asked for comes from here. */
import { contractFor, reviewFor } from './contract.ts';
import { knownFailure } from './failure.ts';
import { promptText } from './prompt.ts';
import { sessionStart } from './session-start.ts';
import type { InjectDeps, InjectService, SessionSource } from './types.ts';

export function injectService(deps: InjectDeps): InjectService {
  return {
    sessionStart: (caller, { source }) => sessionStart(deps, caller, sourceOf(source)),
    prompt: (caller, text) => promptText(deps, caller, text),
    failure: (caller, failure) => knownFailure(deps, caller, failure),
    contract: (client = null, plugin = false) => contractFor({ client, plugin }, deps.contract ?? null),
    review: (client = null, plugin = false) => reviewFor({ client, plugin }, deps.review ?? null),
  };
}

const SOURCES: readonly SessionSource[] = ['startup', 'resume', 'compact', 'clear'];

function sourceOf(said: string): SessionSource {
  return SOURCES.find((source) => source === said) ?? 'startup';
}
