/** Tokens: made and revoked by a person, looked at by everybody who knocks. */
import { ACCESS_SCOPES } from '../model/access.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { Os } from '../platform/paths.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import { clean } from '../text/clean.ts';
import { redact } from '../text/redaction.ts';
import { Door } from './door.ts';
import { knownProjects, projectFor } from './named-project.ts';
import { ensureTokenFile } from './token-file.ts';
import { hashOf, newSecret, tokenText } from './token-text.ts';
import type { AccessService, NamedProject, TokenView, TokenWish } from './types.ts';

const LONGEST_LABEL = 200;

export type AccessDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly machine: string;
  /** The token file where a call names no other. */
  readonly tokenFile: string;
  /** Whether an agent makes this call, as far as client and environment show. */
  readonly isAgents: (caller: Caller) => boolean;
  /** What went wrong off the path, to be counted. */
  readonly onError: (error: unknown) => void;
  readonly os?: Os;
  /** Shorter in tests. */
  readonly notedAfterMs?: number;
};

export function accessService(deps: AccessDeps): AccessService {
  const { store, now } = deps;
  const door = new Door(deps);

  const viewOf = async (token: StoredToken): Promise<TokenView> => ({
    id: token.short,
    label: token.label,
    scopes: token.scopes,
    projects: token.projects === null ? null : await namedProjects(store, token.projects),
    createdAt: token.createdAt,
    expiresAt: token.expiresAt,
    lastUsedAt: token.lastUsedAt,
    revokedAt: token.revokedAt,
  });

  return {
    create: async (caller, wish) => {
      requirePerson(deps, caller, 'Making a token');
      const secret = newSecret();
      const token = await store.tokens.create({
        owner: caller.owner,
        hash: hashOf(secret),
        ...checked(wish, now()),
      });
      return { ...(await viewOf(token)), token: tokenText(token.short, secret) };
    },

    list: async () => Promise.all((await store.tokens.list()).map(viewOf)),

    revoke: async (caller, id) => {
      requirePerson(deps, caller, 'Revoking a token');
      const token = await oneToken(store, id);
      return viewOf({ ...token, revokedAt: await store.tokens.revoke(token.id) });
    },

    authenticate: (secret, occasion) => door.authenticate(secret, occasion),
    projectFor: (principal, named) => projectFor(deps, principal, named),
    knownProjects: (named) => knownProjects(deps, named),
    ensureDefault: (file = deps.tokenFile) => ensureTokenFile(deps, file),
  };
}

/** A script of the owner's may; an agent may not give itself, or anybody, a way in, nor close the owner's. */
function requirePerson({ isAgents }: AccessDeps, caller: Caller, what: string): void {
  if (caller.rights.admin && !isAgents(caller)) return;
  throw new UserInputError({
    what: `${what} needs a person`,
    why: 'an agent drives this terminal',
    next: 'Run the command in a terminal of your own',
  });
}

function checked(wish: TokenWish, now: number): TokenWish {
  const label = redact(clean(wish.label).replace(/\s+/g, ' ').trim()).text.slice(0, LONGEST_LABEL);
  const scopes = ACCESS_SCOPES.filter((scope) => wish.scopes.includes(scope));
  if (scopes.length === 0) {
    throw new UserInputError({
      what: 'A token without a scope opens nothing',
      next: 'Name read, write or admin',
    });
  }
  if (wish.projects?.length === 0) {
    throw new UserInputError({
      what: 'A token for no project opens nothing',
      next: 'Name one, or none for all',
    });
  }
  if (wish.expiresAt !== null && wish.expiresAt <= now) {
    throw new UserInputError({ what: 'The token would have expired already', next: 'Name a time to come' });
  }
  return { label, scopes, projects: wish.projects, expiresAt: wish.expiresAt };
}

async function oneToken(store: Store, text: string): Promise<StoredToken> {
  const found = await store.tokens.find(text);
  const [token] = found;
  if (token !== undefined && found.length === 1) return token;
  // What was typed may be a token itself, which is no word for a screen or a log.
  throw new UserInputError(
    found.length === 0
      ? {
          what: `There is no token ${redact(clean(text)).text.slice(0, 40)}`,
          next: 'See `midturn token list`',
        }
      : {
          what: `Several tokens fit: ${found.map(({ short }) => short).join(', ')}`,
          next: 'Give one of these',
        },
  );
}

async function namedProjects(store: Store, ids: readonly ProjectId[]): Promise<readonly NamedProject[]> {
  const named: NamedProject[] = [];
  for (const id of ids) named.push({ id, name: (await store.projects.get(id))?.name ?? id });
  return named;
}
