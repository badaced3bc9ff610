/** Lets the bearer of a token in, or not, and notes later that it did. */
import { timingSafeEqual } from 'node:crypto';
import { type Principal, rightsOf } from '../model/access.ts';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import { hashOf, parseToken } from './token-text.ts';
import type { Occasion } from './types.ts';

/** A use is written at most so often: it is for a person who wonders which tokens are still needed. */
const NOTED_EVERY_MS = 60_000;
/** Long enough for the answer to be out: the write would hold it up by a sync of the disk. */
const NOTED_AFTER_MS = 1000;
/** What an unknown token is compared with. */
const NOBODY = new Uint8Array(32);

export type DoorDeps = {
  readonly store: Store;
  readonly now: Clock;
  /** What went wrong off the path, to be counted. */
  readonly onError: (error: unknown) => void;
  /** Shorter in tests. */
  readonly notedAfterMs?: number;
};

export class Door {
  readonly #deps: DoorDeps;
  /** When each token's use was last noted by this process. */
  readonly #noted = new Map<string, number>();

  constructor(deps: DoorDeps) {
    this.#deps = deps;
  }

  /** See {@link AccessService.authenticate}. */
  async authenticate(text: string, occasion: Occasion = 'request'): Promise<Principal | null> {
    const parts = parseToken(text);
    if (parts === null) return null;
    const found = await this.#deps.store.tokens.forKey(parts.key);
    const isSame = timingSafeEqual(hashOf(parts.secret), found?.hash ?? NOBODY);
    if (found === null || !isSame || !isInForce(found.token, this.#deps.now())) return null;
    if (occasion === 'request') this.#note(found.token.id);
    return principalOf(found.token);
  }

  #note(id: string): void {
    const { store, now, onError, notedAfterMs = NOTED_AFTER_MS } = this.#deps;
    const at = now();
    const before = this.#noted.get(id);
    if (before !== undefined && at - before < NOTED_EVERY_MS && at >= before) return;
    this.#noted.set(id, at);
    setTimeout(() => void store.tokens.used(id, at).catch(onError), notedAfterMs).unref();
  }
}

export function isInForce({ revokedAt, expiresAt }: StoredToken, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

function principalOf({ short, owner, scopes, projects, expiresAt }: StoredToken): Principal {
  return { id: short, owner, rights: rightsOf(scopes), projects, expiresAt };
}
