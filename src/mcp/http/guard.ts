/**
 * Which Host and Origin are answered at all, on every path. The threat: a web page whose own name is made to point to
 * this machine (DNS rebinding) sends requests that the browser takes for its own site's; they carry its name.
 */
import { isIPv4 } from 'node:net';

export type GuardRule = {
  /** The address that the server is bound to. */
  readonly bound: string;
  /** Names without a port. */
  readonly hosts: readonly string[];
  /** `https://app.example.org` */
  readonly origins: readonly string[];
};

/** A name or an IPv4 address, or IPv6 in brackets; a port may follow. What else a URL could hold is no Host. */
const HOST = /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::\d{1,5})?$/i;
const MAPPED = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/;

/** No Host is refused too: HTTP/1.1 demands one. */
export function isHostAllowed(header: string | undefined, rule: GuardRule): boolean {
  const name = hostname(header ?? '');
  return name !== null && isOwnName(name, rule, rule.hosts);
}

/** Programs send no Origin; a page in a sandbox sends `null`, which could be anybody's. */
export function isOriginAllowed(header: string | undefined, rule: GuardRule): boolean {
  if (header === undefined) return true;
  if (isListedOrigin(header, rule)) return true;
  const origin = webOrigin(header);
  return origin !== null && isOwnName(origin.hostname, rule, []);
}

/** Only these are told by CORS that they may read the answer. */
export function isListedOrigin(header: string, { origins }: Pick<GuardRule, 'origins'>): boolean {
  return origins.some((listed) => (webOrigin(listed)?.origin ?? listed) === header);
}

/** 127.0.0.0/8, ::1 and localhost, however the address is written. */
export function isLoopback(name: string): boolean {
  const host = hostname(name.includes(':') && !name.startsWith('[') ? `[${name}]` : name);
  if (host === null) return false;
  if (host === 'localhost' || host === '[::1]') return true;
  const mapped = MAPPED.exec(host);
  return mapped === null
    ? isIPv4(host) && host.startsWith('127.')
    : Number.parseInt(mapped[1] ?? '', 16) >> 8 === 127;
}

/** Every address of the machine. */
export function isWildcard(bound: string): boolean {
  return ['', '0.0.0.0', '::', '[::]', '::0', '0'].includes(bound);
}

/** What a person should know who binds to more than this machine. */
export function bindWarnings(rule: GuardRule & { readonly isEncrypted: boolean }): readonly string[] {
  if (isLoopback(rule.bound)) return [];
  const open = rule.isEncrypted
    ? []
    : [
        `${rule.bound} can be reached from other machines, and without tls_cert and tls_key the token and every answer cross the network in the clear. Bind to 127.0.0.1, or set both in [http] of config.toml.`,
      ];
  const nameless =
    isWildcard(rule.bound) && rule.hosts.length === 0
      ? [
          `${rule.bound} stands for every address of this machine, and allowed_hosts is empty: requests from other machines are refused until [http] of config.toml lists the names by which they call it.`,
        ]
      : [];
  return [...open, ...nameless];
}

function isOwnName(name: string, { bound }: GuardRule, listed: readonly string[]): boolean {
  if (isLoopback(name)) return true;
  if (!isWildcard(bound) && hostname(bound.includes(':') ? `[${bound}]` : bound) === name) return true;
  return listed.some((one) => hostname(one) === name);
}

/** The name in a Host header as a URL parser writes it, so that one address has one form; null = not one. */
function hostname(header: string): string | null {
  if (!HOST.test(header)) return null;
  const text = `http://${header}/`;
  return URL.canParse(text) ? new URL(text).hostname : null;
}

function webOrigin(text: string): URL | null {
  if (!/^https?:\/\/[^/?#@\s]+$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url : null;
}
