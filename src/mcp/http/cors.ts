/**
 * What web pages of listed origins may do. Browsers keep every other page from reading an answer, and from sending
 * anything but the simplest request, as long as nothing here is said to it: there is no wildcard.
 */
import { isListedOrigin } from './guard.ts';

const METHODS = 'GET, POST, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Midturn-Project';
const ANSWER_HEADERS = 'Mcp-Session-Id, WWW-Authenticate, Retry-After';
const PREFLIGHT_SECONDS = '600';

/** Headers for every answer to this origin; none for one that is not listed. */
export function corsHeaders(
  origin: string | undefined,
  origins: readonly string[],
): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  if (origin === undefined || !isListedOrigin(origin, { origins })) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': ANSWER_HEADERS,
  };
}

/** The answer to the question that a browser asks before it sends; null where it gets none. */
export function preflightHeaders(
  origin: string | undefined,
  origins: readonly string[],
): Readonly<Record<string, string>> | null {
  if (origin === undefined || !isListedOrigin(origin, { origins })) return null;
  return {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  };
}
