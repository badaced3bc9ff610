/** The bearer of a request: read from the Authorization header alone, never from an address, which others log. */
import type { Principal } from '../../model/access.ts';
import type { ProjectId } from '../../model/ids.ts';

export type Bearer = {
  readonly principal: Principal;
  /** The project that the request is about; null = none was named, and the token is bound to none or to several. */
  readonly project: ProjectId | null;
};

/** RFC 6750, section 2.1; the scheme in any case (RFC 9110). */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const REALM = 'realm="midturn"';

/** The token; null = the header says none, or something else than a token. */
export function bearerToken(header: string | undefined): string | null {
  return BEARER.exec((header ?? '').trim())?.[1] ?? null;
}

/**
 * What bearers share: a session, and the handler that tells them of changes. Rights are part of it, since tokens of an
 * identity provider for the same person may differ in them.
 */
export function bearerKey({ principal, project }: Bearer): string {
  const { id, owner, rights, projects } = principal;
  return JSON.stringify([id, owner, rights.read, rights.write, rights.admin, projects, project]);
}

export function mayNothing({ rights }: Principal): boolean {
  return !rights.read && !rights.write && !rights.admin;
}

/** Where and for what a client asks an identity provider for a token. */
export type TokenSource = {
  /** The address of the protected resource metadata. */
  readonly metadata: string;
  readonly scopes: readonly string[];
};

/**
 * The value of WWW-Authenticate. A request without a token is told only what to send (RFC 6750, section 3.1).
 * @param source null = there is no identity provider
 */
export function challenge(
  error: 'invalid_token' | 'insufficient_scope' | null,
  source: TokenSource | null,
): string {
  const parts = [
    REALM,
    ...(error === null ? [] : [`error="${error}"`]),
    ...(source === null
      ? []
      : [`scope="${source.scopes.join(' ')}"`, `resource_metadata="${source.metadata}"`]),
  ];
  return `Bearer ${parts.join(', ')}`;
}

/** The `Midturn-Project` header as it was meant: percent-encoded, or UTF-8 as it stands. Null = none. */
export function namedProject(header: string | undefined): string | null {
  const sent = (header ?? '').trim();
  if (sent === '') return null;
  // Node reads header bytes as Latin-1.
  const text = Buffer.from(sent, 'latin1').toString('utf8');
  const read = text.includes('\ufffd') ? sent : text;
  try {
    return decodeURIComponent(read);
  } catch {
    // A lone percent sign: the name of a folder.
    return read;
  }
}
