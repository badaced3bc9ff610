/** The proxy that gives a token to clients which cannot be given one, and how scripts start servers. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

type Running = { readonly url: string; readonly close: () => Promise<void> };
type Proxy = {
  readonly headerProxy: (url: string, headers: Readonly<Record<string, string>>) => Promise<Running>;
};
type Child = {
  readonly startServer: (
    program: string,
    args: readonly string[],
  ) => Promise<{ readonly url: string; readonly stop: () => Promise<string> }>;
  readonly finished: (
    program: string,
    args: readonly string[],
    options?: { timeoutMs: number },
  ) => Promise<{ code: number; signal: string | null; stdout: string; stderr: string }>;
};

const lib = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'lib');
const { headerProxy }: Proxy = await import(pathToFileURL(join(lib, 'header-proxy.mjs')).href);
const { startServer, finished }: Child = await import(pathToFileURL(join(lib, 'child.mjs')).href);

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

describe('a server that a script starts', () => {
  const node = process.execPath;

  it('says where it listens in its first line of JSON, and ends with its standard input', async () => {
    const code = `process.on('SIGTERM', () => {}); process.stdin.resume().on('end', () => process.exit());
      console.error('a word'); console.log('starting'); console.log(JSON.stringify({ url: 'here' }));`;
    const { url, stop } = await startServer(node, ['-e', code]);
    expect(url).toBe('here');
    expect(await stop()).toContain('a word');
  });

  it('is an error when it ends before it listens', async () => {
    const code = `console.error('the port is taken'); process.exitCode = 3;`;
    await expect(startServer(node, ['-e', code])).rejects.toThrow(/ended \(3\).*the port is taken/);
    await expect(startServer(join(lib, 'no-such-program'), [])).rejects.toThrow(/ENOENT/);
  });

  it('is told from a program that runs to its end, which is ended when it does not', async () => {
    const both = `console.log('out'); console.error('err'); process.exitCode = 4;`;
    expect(await finished(node, ['-e', both])).toEqual({
      code: 4,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const forever = await finished(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 });
    expect(forever.signal).toBe('SIGKILL');
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
