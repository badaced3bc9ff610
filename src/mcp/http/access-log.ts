/**
 * The lines of the access log: who asked what kind of thing, how it ended, how long it took. Never an argument, an
 * address with its query, a header or a text: names that a client makes up are kept only where they look like names.
 */

export type AccessLine = {
  readonly method: string;
  /** `/mcp`, `/health` … or `other`. */
  readonly path: string;
  /** The method of JSON-RPC; null = none, or several. */
  readonly rpc: string | null;
  readonly tool: string | null;
  readonly status: number;
  readonly ms: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** The id of the token, never the token. */
  readonly token: string | null;
  readonly client: string | null;
  readonly era: 'legacy' | 'modern' | null;
};
