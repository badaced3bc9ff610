/**
 * Streamable HTTP for an MCP server, in both protocol eras, on Node's own http and https.
 *
 * listenHttp(options: ListenOptions): Promise<Listening>
 *   options (options.ts): settings, authenticate(secret|null, occasion), projectFor(principal, named),
 *   buildServer({principal, project}), onerror, accessLog; changes and identity where there are such. Answers { url, port, warnings, close() }.
 */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions as SecureServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, codeOf, messageOf } from '../../model/errors.ts';
import { BodyRoom } from './body.ts';
import { Calls } from './calls.ts';
import { Endpoint } from './endpoint.ts';
import { Front } from './front.ts';
import { bindWarnings, isWildcard } from './guard.ts';
import { metadataPaths, metadataUrl, resourceMetadata } from './metadata.ts';
import { ModernDesks } from './modern.ts';
import { type Listening, type ListenOptions, type ListenSettings, PACE } from './options.ts';
import { Rates } from './rates.ts';
import { Rechecks } from './rechecks.ts';
import { Sessions } from './sessions.ts';
import { Streams } from './streams.ts';
import { readCertificate } from './tls.ts';
import { Turnstile } from './turnstile.ts';

export type { Bearer } from './bearer.ts';
export type { Listening, ListenOptions, ListenSettings } from './options.ts';

const MOST_CONNECTIONS = 2048;
const MOST_HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 100;
const HEADERS_MS = 10_000;
/** Longer than clients pause between two calls of one turn, shorter than proxies keep a dead connection. */
const KEEP_ALIVE_MS = 60_000;
const MINUTE_MS = 60_000;
/** For what has been written to reach the network. */
const FLUSH_MS = 500;

/** @throws ConfigError where the address cannot be bound or the certificate cannot be used */
export async function listenHttp(options: ListenOptions): Promise<Listening> {
  const { settings, authenticate, onerror, accessLog, identity = null } = options;
  const pace = { ...PACE, ...options.pace };
  const certificate = readCertificate(settings);
  const rule = { bound: settings.host, hosts: settings.allowed_hosts, origins: settings.allowed_origins };
  const rechecks = new Rechecks({ authenticate, everyMs: pace.recheckMs, onerror });
  const sessions = new Sessions({
    most: settings.max_sessions,
    idleMs: settings.session_idle_minutes * MINUTE_MS,
    retryMs: pace.retryMs,
    now: Date.now,
    onerror,
  });
  const desks = new ModernDesks(options);
  const turnstile = new Turnstile();
  const calls = new Calls(settings.request_seconds);
  let isClosing = false;
  let url = '';
  const endpoint = new Endpoint({
    options,
    rates: new Rates(settings.requests_per_minute),
    room: new BodyRoom(),
    turnstile,
    calls,
    streams: new Streams(),
    sessions,
    desks,
    rechecks,
    tokenSource: () =>
      identity === null ? null : { metadata: metadataUrl(identity, url), scopes: identity.usualScopes },
  });
  const front = new Front({
    endpoint,
    rule,
    isClosing: () => isClosing,
    metadata: (path) =>
      identity !== null && metadataPaths(identity, url).includes(path)
        ? resourceMetadata(identity, url)
        : null,
    accessLog,
    onerror,
  });

  const limits: SecureServerOptions = {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: Math.min(HEADERS_MS, pace.receiveMs),
    requestTimeout: pace.receiveMs,
    connectionsCheckingInterval: Math.min(5000, pace.receiveMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    handshakeTimeout: Math.min(HEADERS_MS, pace.receiveMs),
  };
  const server =
    certificate === null ? createServer(limits) : createSecureServer({ ...limits, ...certificate });
  /** With those that have not shaken hands, which the server knows of in no other way. */
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  server.on('request', (req, res) => void front.handle(req, res));
  // Whoever asks before sending a large body is answered before it is sent.
  server.on('checkContinue', (req, res) => void front.handle(req, res));
  await bound(server, settings);
  server.on('error', onerror);
  const port = portOf(server);
  url = `${certificate === null ? 'http' : 'https'}://${shownHost(settings.host)}:${port}/mcp`;
  const tidying = setInterval(() => void sessions.expire(), MINUTE_MS / 2).unref();

  const end = async (): Promise<void> => {
    isClosing = true;
    clearInterval(tidying);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await atMost(pace.drainMs, turnstile.whenIdle());
    calls.giveUp();
    await atMost(
      FLUSH_MS,
      turnstile.whenIdle().then(() => breathe()),
    );
    rechecks.stop();
    await Promise.all([sessions.endAll(), desks.close()]);
    await atMost(FLUSH_MS, flushed(front));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  let ending: Promise<void> | undefined;
  return {
    url,
    port,
    warnings: bindWarnings({ ...rule, isEncrypted: certificate !== null }),
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}

async function atMost(ms: number, done: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = sleep(ms, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([done, late]);
  patience.abort();
}

async function flushed({ open }: Front): Promise<void> {
  await Promise.all([...open].map((res) => new Promise((resolve) => res.once('close', resolve))));
}

function bound(server: Server, { host, port }: ListenSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(unbound(error, host, port)));
    // Node's own 511 is less than come at once: what does not fit there comes a second later.
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port, backlog: MOST_CONNECTIONS }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function unbound(error: Error, host: string, port: number): ConfigError {
  const what = `The server cannot listen on ${host}, port ${port}`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ConfigError({
        what,
        why: 'another program listens there, perhaps another `midturn serve`',
        next: 'End that one, or choose another port with --port or with port in [http] of config.toml (0 = any that is free)',
      });
    case 'EACCES':
      return new ConfigError({
        what,
        why: 'this user may not use the port',
        next: 'Choose one above 1023, with --port or with port in [http] of config.toml',
      });
    default:
      return new ConfigError(
        {
          what,
          why: messageOf(error),
          next: 'Choose an address of this machine, with --host or with host in [http] of config.toml',
        },
        { cause: error },
      );
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What a client on this machine can write. */
function shownHost(host: string): string {
  if (isWildcard(host)) return 'localhost';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
