/**
 * Streamable HTTP for the MCP server, in both protocol eras, on Node's own http and https.
 *
 * listenHttp(options: ListenOptions): Promise<Listening>
 *   options (options.ts): settings, authenticate(secret|null), projectFor(principal, named), buildServer({principal,
 *   project}), onerror, accessLog; watch and identity where there are such. Answers { url, port, warnings, close() }.
 */
import type { Listening, ListenOptions } from './options.ts';

export type { Bearer } from './bearer.ts';
export type { Listening, ListenOptions, ListenSettings } from './options.ts';

/** @throws ConfigError where the port is taken or the certificate cannot be used */
export async function listenHttp(_options: ListenOptions): Promise<Listening> {
  throw new Error('being written');
}
