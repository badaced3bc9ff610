/** The server of a model over real HTTP, which answers as a test says: one entry for each call, the last one for all later. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export type ServerAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Waits before it answers, ms. */
  readonly delay?: number;
  /** Never answers; breaks the connection off before, or in the middle of, the answer. */
  readonly fault?: 'hang' | 'reset' | 'half';
};

type Asked = {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
};

export type ModelServer = { readonly url: string; readonly port: number; readonly asked: Asked[] };

const open: Array<() => void> = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

export async function modelServer(...answers: readonly ServerAnswer[]): Promise<ModelServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {};
      const text = Buffer.concat(parts).toString('utf8');
      asked.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
      setTimeout(() => send(response, answer), answer.delay ?? 0);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = addressOf(server.address());
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, body = {}, fault }: ServerAnswer,
): void {
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  });
  if (fault === 'half') {
    response.write(text.slice(0, 10));
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  } else response.end(text);
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
