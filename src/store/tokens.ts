/** Tokens of callers over the network: a hash and what it opens. The secret itself is never stored. */
import type { AccessScope } from '../model/access.ts';
import type { ProjectId } from '../model/ids.ts';

export type NewToken = {
  readonly owner: string;
  readonly label: string;
  /** SHA-256 of the secret: 32 bytes. */
  readonly hash: Uint8Array;
  readonly scopes: readonly AccessScope[];
  /** The projects that it is bound to; null = all of the owner's. Never empty. */
  readonly projects: readonly ProjectId[] | null;
  /** Epoch ms; null = never. */
  readonly expiresAt: number | null;
};

/** A token without its hash: what may be shown. */
export type StoredToken = Omit<NewToken, 'hash'> & {
  readonly id: string;
  /** `a_4f9k2c`; what stands behind `a_` stands in the token's text too. */
  readonly short: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
};

export interface TokensPort {
  /** @throws StoreError where a project is unknown */
  create(token: NewToken): Promise<StoredToken>;

  /** By its short form without `a_`, exactly; null = there is none. Revoked and expired ones are found too. */
  forKey(letters: string): Promise<{ readonly token: StoredToken; readonly hash: Uint8Array } | null>;

  /** What a person types: `a_4f9k2c`, a long id, or a prefix of one; at most 5. */
  find(text: string): Promise<readonly StoredToken[]>;

  /** In the order in which they were made. */
  list(): Promise<readonly StoredToken[]>;

  /** When it was revoked: now, or before; null = there is no such token. */
  revoke(id: string): Promise<number | null>;

  /** Takes away a token that nobody was given. */
  discard(id: string): Promise<void>;

  /** Notes a use, unless a later one is noted. */
  used(id: string, at: number): Promise<void>;
}
