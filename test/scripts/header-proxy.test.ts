/** The proxy that gives a token to clients which cannot be given one. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

type Running = { readonly url: string; readonly close: () => Promise<void> };
type Proxy = {
  readonly headerProxy: (url: string, headers: Readonly<Record<string, string>>) => Promise<Running>;
};
const lib = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'lib');
const { headerProxy }: Proxy = await import(pathToFileURL(join(lib, 'header-proxy.mjs')).href);

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function proxied(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Running> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const proxy = await headerProxy(`http://127.0.0.1:${address.port}/mcp`, {
    Authorization: 'Bearer a-token',
  });
  closing.push(() => server.close(), proxy.close);
  return proxy;
}

describe('the proxy', () => {
  it('adds its headers and leaves Host, Origin, method, path and body as they were', async () => {
    const { url } = await proxied((incoming, response) => {
      const { method, url: path, headers } = incoming;
      let body = '';
      incoming.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      incoming.once('end', () => {
        response.writeHead(202, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
        response.end(JSON.stringify({ method, path, body, headers }));
      });
    });
    expect(new URL(url).pathname).toBe('/mcp');
    const { status, headers, text } = await sent(url, 'PUT', 'a body', {
      Host: 'evil.example.com',
      Origin: 'http://evil.example.com',
    });
    expect(status).toBe(202);
    expect(headers['mcp-session-id']).toBe('one');
    expect(JSON.parse(text)).toMatchObject({
      method: 'PUT',
      path: '/mcp',
      body: 'a body',
      headers: {
        host: 'evil.example.com',
        origin: 'http://evil.example.com',
        authorization: 'Bearer a-token',
      },
    });
  });

  it('hands the events of a stream on while it is open, and ends it when the client goes', async () => {
    const gone = new Promise<void>((resolve) => {
      void proxied((_incoming, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
        response.once('close', resolve);
      }).then(async ({ url }) => {
        const abort = new AbortController();
        const { body } = await fetch(url, { signal: abort.signal });
        const first = await body?.getReader().read();
        expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
        abort.abort();
      });
    });
    await gone;
  });
});

function sent(url: string, method: string, body: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; text: string }>(
    (resolve, reject) => {
      const outgoing = request(url, { method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    },
  );
}
