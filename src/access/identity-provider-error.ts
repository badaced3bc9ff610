/** The identity provider cannot be asked: a token may be good or bad, nobody knows. HTTP 503, never 401. */
import { MidturnError } from '../model/errors.ts';

export class IdentityProviderError extends MidturnError {
  static override readonly mark = 'identity-provider';

  /** By the mark, as all our errors are told: it may come from a bundle that is loaded apart. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    return Reflect.get(value, Symbol.for('midturn.error')) === IdentityProviderError.mark;
  }

  /** @param why one clause, which never holds a token */
  constructor(why: string, options?: { cause?: unknown }) {
    const next = 'Try again later; oauth_issuer and oauth_jwks_url in [http] of config.toml name it';
    super({ what: 'The identity provider cannot be asked', why, next }, options);
  }
}
