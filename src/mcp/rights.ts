/** What a caller must be allowed to: asked in one place for every tool, prompt and resource, on every surface. */
import type { CallFacts } from '../app/caller.ts';
import type { AccessScope } from '../model/access.ts';
import { UserInputError } from '../model/errors.ts';

/** `admin` approves by a form and is nothing that a tool needs. */
export type Need = Exclude<AccessScope, 'admin'>;

/** @throws UserInputError where the caller may not; it names the right and how a person gives it */
export function requireRight({ rights, surface }: CallFacts, need: Need, what: string): void {
  if (rights[need]) return;
  throw new UserInputError({
    what: `${what} needs the right to ${need}`,
    why: surface === 'http' ? `this token lacks the scope \`${need}\`` : `this connection may not ${need}`,
    next:
      surface === 'http'
        ? `Go on without it; the owner makes a token that has it with \`midturn token create ${scopesFor(need)}\``
        : 'Go on without it',
  });
}

/** Scopes are not nested: who writes reads as well. */
function scopesFor(need: Need): string {
  return need === 'read' ? '--scope read' : '--scope read --scope write';
}
