/** The door of the network: which tokens there are, whom one lets in, and to which project a call goes. */
import type { AccessScope, Principal } from '../model/access.ts';
import type { Caller } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';

/** A project as people know it. */
export type NamedProject = { readonly id: ProjectId; readonly name: string };

/** What is shown of a token; never the secret or its hash. Times are epoch ms. */
export type TokenView = {
  /** `a_4f9k2c` */
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly AccessScope[];
  /** null = all of the owner's. */
  readonly projects: readonly NamedProject[] | null;
  readonly createdAt: number;
  /** null = it does not expire. */
  readonly expiresAt: number | null;
  /** At most a minute behind; null = never used. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
};

export type TokenWish = {
  readonly label: string;
  /** At least one. */
  readonly scopes: readonly AccessScope[];
  /** null = all of the owner's; never empty. */
  readonly projects: readonly ProjectId[] | null;
  /** Epoch ms, in the future; null = it does not expire. */
  readonly expiresAt: number | null;
};

/** `token`: `mtk_4f9k2c_…`, which nobody can be shown again. */
export type CreatedToken = TokenView & { readonly token: string };

export type Occasion = 'request' | 'recheck';

export interface AccessService {
  /** @throws UserInputError for a wish that cannot be, and where the caller may not give access */
  create(caller: Caller, wish: TokenWish): Promise<CreatedToken>;

  /** In the order in which they were made, with those that are revoked or have expired. */
  list(caller: Caller): Promise<readonly TokenView[]>;

  /** `id`: `a_4f9k2c` or a unique prefix. Revoking twice is no error. @throws UserInputError for no or several tokens */
  revoke(caller: Caller, id: string): Promise<TokenView>;

  /**
   * Whom a token lets in; null for one that is malformed, unknown, wrong, expired or revoked. The store is asked each
   * time, so that a revocation by another process counts at once. Takes equally long whether or not the id exists.
   * `recheck`: what came in before is still open; the token is not used by that.
   */
  authenticate(secret: string, occasion?: Occasion): Promise<Principal | null>;

  /**
   * The project that a call is about. `named`: a name, an id or an absolute path of a known project, looked for among
   * the bound ones only; null = none was named: the only bound one, or none.
   * @throws UserInputError for a project that is unknown, ambiguous or not among the bound ones, in equal words
   */
  projectFor(principal: Principal, named: string | null): Promise<ProjectId | null>;

  /** The known ones of several names, ids or paths (`oauth_projects`); what is unknown or ambiguous is left out. */
  knownProjects(named: readonly string[]): Promise<readonly ProjectId[]>;

  /**
   * The token file of `midturn serve`: made with a token (read and write, all projects, no end) where there is none,
   * checked where there is one. `file`: an absolute path; absent = the one of the configuration.
   * @throws ConfigError for a file that others may read, or without a token of this store that is in force
   */
  ensureDefault(file?: string): Promise<{ readonly path: string; readonly created: boolean }>;
}
