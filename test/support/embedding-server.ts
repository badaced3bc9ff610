/**
 * A small embeddings endpoint over real HTTP. Its vectors are hashed words and pieces of words, so that they are the
 * same each time, and words of one list mean the same, so that a question can be near to what shares no word with it.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

const SAME: readonly (readonly string[])[] = [
  ['car', 'automobile', 'vehicle'],
  ['database', 'postgres', 'storage'],
  ['login', 'authentication', 'signing'],
  ['slow', 'sluggish', 'latency'],
  ['lease', 'rent'],
  ['charge', 'price'],
];
const MEANING = new Map(SAME.flatMap((words) => words.map((word) => [word, words[0] ?? word] as const)));
const STOP = new Set(
  'a an and are at for in is it of on that the this to was we what which who with'.split(' '),
);

export type ServerMode = {
  /** Answers with this status instead. */
  status?: number;
  headers?: Record<string, string>;
  /** Answers with this body instead. */
  body?: string;
  /** Waits for this before it answers. */
  hold?: Promise<void>;
  /** Waits before it answers, ms. */
  delay?: number;
  dimensions?: number;
  /** Other models give other vectors. */
  salt?: string;
  base64?: boolean;
  /** Refuses batches that hold this. */
  refuses?: string;
};

export type EmbeddingServer = {
  readonly url: string;
  readonly mode: ServerMode;
  /** What was asked, one entry a request. */
  readonly asked: Array<{
    readonly path: string;
    readonly key: string | null;
    readonly texts: readonly string[];
  }>;
  readonly close: () => Promise<void>;
};

const open: EmbeddingServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

export async function embeddingServer(mode: ServerMode = {}): Promise<EmbeddingServer> {
  const asked: EmbeddingServer['asked'] = [];
  const server = createServer((request, response) => void answer(request, response, mode, asked));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const made: EmbeddingServer = {
    url: `http://127.0.0.1:${address.port}/v1`,
    mode,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  open.push(made);
  return made;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mode: ServerMode,
  asked: EmbeddingServer['asked'],
): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const parsed: unknown = JSON.parse(text);
  const input: unknown =
    typeof parsed === 'object' && parsed !== null && 'input' in parsed ? parsed.input : [];
  const texts = Array.isArray(input) ? input.map(String) : [];
  asked.push({ path: request.url ?? '', key: request.headers.authorization ?? null, texts });
  await mode.hold;
  if (mode.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, mode.delay));
  const refused = mode.refuses !== undefined && texts.some((one) => one.includes(mode.refuses ?? ''));
  const status = refused ? 400 : (mode.status ?? 200);
  response.writeHead(status, { 'content-type': 'application/json', ...mode.headers });
  response.end(status === 200 ? (mode.body ?? vectorsOf(texts, mode)) : (mode.body ?? '{"error":{}}'));
}

function vectorsOf(
  texts: readonly string[],
  { dimensions = 96, salt = '', base64 = false }: ServerMode,
): string {
  const data = texts.map((text, index) => {
    const vector = embed(text, dimensions, salt);
    const embedding = base64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  // Out of order: the index counts.
  return JSON.stringify({ object: 'list', data: data.reverse(), model: 'fake' });
}

export function embed(text: string, dimensions: number, salt: string): Float32Array {
  const vector = new Float32Array(dimensions);
  // All texts of a model share a direction, as they do with real ones.
  add(vector, `${salt} every text`, 1);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    if (STOP.has(word)) continue;
    const meaning = MEANING.get(word) ?? word;
    add(vector, `${salt} ${meaning}`, 1);
    for (let at = 0; at + 3 <= meaning.length; at += 1)
      add(vector, `${salt} ${meaning.slice(at, at + 3)}`, 0.2);
  }
  return vector;
}

function add(vector: Float32Array, token: string, weight: number): void {
  for (let from = 0; from < vector.length; from += 64) {
    const bytes = createHash('sha512').update(`${from} ${token}`).digest();
    for (let at = from; at < Math.min(vector.length, from + 64); at += 1) {
      vector[at] = (vector[at] ?? 0) + weight * ((bytes[at - from] ?? 0) / 127.5 - 1);
    }
  }
}
