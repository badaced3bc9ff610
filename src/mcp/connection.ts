/** What a request's way in tells of who asks: over stdio the process itself, over HTTP the token. */
import type { McpServer } from '@modelcontextprotocol/server';
import type { CallFacts } from '../app/caller.ts';

type Asked = {
  /** `clientInfo.name`, where the client sent one. */
  readonly clientName: string | null;
  /** `_meta` of the request. */
  readonly meta: unknown;
};

export type Connection = {
  readonly facts: (asked: Asked) => Promise<CallFacts>;
};

/** Made once for each server that is built, which is one for each connection. */
export type Connect = (server: McpServer) => Connection;
