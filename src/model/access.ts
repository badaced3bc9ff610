/** Who may come in over the network: the bearer of a token, what it may do, and the projects that it is bound to. */
import type { ProjectId } from './ids.ts';

/** `read`: recall, history, status, resources. `write`: what stores. `admin`: approving what waits for a person. */
export const ACCESS_SCOPES = ['read', 'write', 'admin'] as const;
export type AccessScope = (typeof ACCESS_SCOPES)[number];

/** Of a token for which nobody says otherwise. */
export const USUAL_SCOPES: readonly AccessScope[] = ['read', 'write'];

export type Rights = { readonly read: boolean; readonly write: boolean; readonly admin: boolean };

export type Principal = {
  /** The token's id, `a_…`; for an identity provider its issuer's name for the person or program. */
  readonly id: string;
  readonly owner: string;
  readonly rights: Rights;
  /** The projects that this bearer may see, with those joined to them; null = all of the owner's. */
  readonly projects: readonly ProjectId[] | null;
  /** Epoch milliseconds; null = it does not expire. */
  readonly expiresAt: number | null;
};

/** Scopes are not nested: a token has what it lists. */
export function rightsOf(scopes: readonly string[]): Rights {
  return { read: scopes.includes('read'), write: scopes.includes('write'), admin: scopes.includes('admin') };
}
