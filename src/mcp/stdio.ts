/**
 * The life of the stdio server: it answers its handshake before anything is opened, and ends at once with its
 * client (stdin's end, a signal, the parent's death). Every write is committed as it is answered, so ending loses
 * nothing.
 */
import type { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { listenBegins, listenEnds } from './resources/register.ts';
import { buildServer, type ServerOptions } from './server.ts';

/** A client that dies without closing the pipe is noticed within this time. */
const PARENT_CHECK_MS = 2000;
/** The store is opened after the second answer, or this long after the first. */
const OPEN_AFTER_MS = 100;
/** What calls have compiled is written this long after an answer, out of the way of the next call. */
const REST_MS = 1000;

export function serve(options: ServerOptions): void {
  const { app, log } = options;
  const end = (code: number): never => {
    app.close();
    process.exit(code);
  };
  process.stdin.once('end', () => end(0));
  process.stdin.once('close', () => end(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0));
  process.stdout.on('error', () => end(0));
  process.on('uncaughtException', (error) => {
    log(`midturn: ${error.stack ?? error.message}`);
    end(1);
  });
  process.on('unhandledRejection', (reason) =>
    log(`midturn: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`),
  );

  const warmUp = once((): void => {
    void app.watchParent(() => end(0), PARENT_CHECK_MS);
    app
      .store()
      .then(() => {
        writeCodeCache();
        void app.wakeWorker();
        return app.embedInBackground();
      })
      .catch((error: unknown) => log(`midturn: ${error instanceof Error ? error.message : String(error)}`));
  });
  let isResting = false;
  const writeLater = (): void => {
    if (isResting) return;
    isResting = true;
    const write = (): void => {
      isResting = false;
      writeCodeCache();
    };
    setTimeout(write, REST_MS).unref();
  };
  const transport = new StdioServerTransport();
  const send = transport.send.bind(transport);
  let sent = 0;
  let server: McpServer | null = null;
  transport.send = async (message) => {
    await listenBegins(server, message);
    await send(message);
    sent += 1;
    // The list of tools is asked for next, and must not wait behind the opening of the store.
    if (sent === 1) setTimeout(warmUp, OPEN_AFTER_MS).unref();
    if (sent === 2) setTimeout(warmUp, 0);
    if (sent > 2) writeLater();
  };
  const factory = (): McpServer => {
    server = buildServer(options);
    return server;
  };
  serveStdio(factory, { transport, onerror: (error) => log(`midturn: ${protocolWords(error)}`) });
  const receive = transport.onmessage;
  transport.onmessage = (message) => {
    listenEnds(server, message);
    receive?.(message);
  };
}

/** What was wrong with a message, without its words: they are the sender's, and as long as they like. */
function protocolWords(error: Error): string {
  if ('issues' in error) return 'a line that came in is no message of the protocol';
  const [first = ''] = error.message.split(/[:'\n]/, 1);
  return /^(?:Received|Unknown|Dropped|Era)\b/.test(first) ? first.trim() : error.message;
}

/** V8 has compiled by now what a start and a first call need. */
function writeCodeCache(): void {
  const write: unknown = Reflect.get(globalThis, Symbol.for('midturn.writeCodeCache'));
  if (typeof write === 'function') write();
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
