/** Whose words are given to a session unasked: at its start and at a prompt alike. */
import type { Origin } from '../model/memory.ts';

/**
 * A person's, and what one approved; with `[trust] inject = "agent"` agents' as well. What was read from the outside is
 * recalled with its label, never given.
 */
export function mayBeGivenUnasked(
  { origin, approved }: { readonly origin: Origin; readonly approved: boolean },
  trust: 'user' | 'agent',
): boolean {
  return origin === 'user' || approved || (trust === 'agent' && origin === 'agent');
}
