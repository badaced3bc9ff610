/** What the HTTP server is made of, and what it asks of those who know tokens, projects and tools. */
import type { McpServer, ServerEventBus } from '@modelcontextprotocol/server';
import type { Occasion } from '../../access/index.ts';
import type { Principal } from '../../model/access.ts';
import type { ProjectId } from '../../model/ids.ts';
import type { AccessLine } from './access-log.ts';
import type { Bearer } from './bearer.ts';

/** The part of [http] in the configuration that the server itself needs; paths are absolute. */
export type ListenSettings = {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Names by which clients call this server, besides those of this machine and the bound address. */
  readonly allowed_hosts: readonly string[];
  /** Origins of web pages that may call, each like `https://app.example.org`; those of this machine need no mention. */
  readonly allowed_origins: readonly string[];
  readonly max_body_bytes: number;
  /** Of one token. */
  readonly requests_per_minute: number;
  readonly max_sessions: number;
  readonly session_idle_minutes: number;
  /** The hard end of a request; subscriptions and the streams of sessions have none. */
  readonly request_seconds: number;
  readonly tls_cert: string | null;
  readonly tls_key: string | null;
};

export type ListenOptions = {
  readonly settings: ListenSettings;
  /**
   * Whom the text of a bearer token lets in; `secret` is null where the request carries none. Null = nobody (401). Asked
   * for every request, and again every few seconds while a stream is open. What it throws is answered with 503.
   */
  readonly authenticate: (secret: string | null, occasion: Occasion) => Promise<Principal | null>;
  /** The project of a request, `named` by its `Midturn-Project` header. @throws UserInputError, which becomes a 400 */
  readonly projectFor: (principal: Principal, named: string | null) => Promise<ProjectId | null>;
  /** A fresh server: for each request of 2026-07-28, for each session before. Never one that served before. */
  readonly buildServer: (bearer: Bearer) => McpServer | Promise<McpServer>;
  /** What `subscriptions/listen` hears. Sessions of earlier protocols subscribe through their own server. */
  readonly changes?: Changes;
  /** Where tokens of an identity provider are taken too (RFC 9728). */
  readonly identity?: ProtectedResource | null;
  /** What went wrong inside; never what a client did wrong. */
  readonly onerror: (error: Error) => void;
  /** One line for each request that was answered. */
  readonly accessLog: (line: AccessLine) => void;
  /** Seams of tests; each has a default. */
  readonly pace?: Partial<Pace>;
};

type Changes = {
  /** Where each of these streams listens. */
  readonly bus: ServerEventBus;
  /** Put around the handling of each request: it may begin to watch for a bearer before the stream listens. */
  readonly listening: <T>(
    asked: { readonly bearer: Bearer; readonly message: unknown },
    serve: () => Promise<T>,
  ) => Promise<T>;
};

export type ProtectedResource = {
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** What a client asks for, unless it has a use for more. */
  readonly usualScopes: readonly string[];
  /** What a token must be made for: the address of this server, where it is one. */
  readonly audience: string;
};

/** How long things take. Milliseconds. */
export type Pace = {
  /** The bearers of open streams and sessions are looked at again. */
  readonly recheckMs: number;
  /** Running calls are waited for at the end. */
  readonly drainMs: number;
  /** A client that was cut off may come back for its stream after. */
  readonly retryMs: number;
  /** All of a request has to be there. */
  readonly receiveMs: number;
};

export const PACE: Pace = { recheckMs: 2000, drainMs: 10_000, retryMs: 1000, receiveMs: 30_000 };

export type Listening = {
  /** `http://127.0.0.1:4127/mcp` */
  readonly url: string;
  readonly port: number;
  /** For a person to read, at start: where it can be reached from further than may be meant. */
  readonly warnings: readonly string[];
  /** Stops accepting, lets running calls end (10 s at most), ends streams and sessions. */
  readonly close: () => Promise<void>;
};
