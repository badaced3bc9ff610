/**
 * The life of the stdio server: it answers its handshake before anything is opened, and ends at once with its
 * client (stdin's end, a signal, the parent's death). Every write is committed as it is answered, so ending loses
 * nothing.
 */
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { App } from '../app/app.ts';
import type { Environment } from '../app/caller.ts';
import { buildServer } from './server.ts';

export type StdioOptions = {
  readonly app: App;
  readonly version: string;
  readonly env: Environment;
  readonly cwd: string;
  readonly log: (line: string) => void;
};

/** A client that dies without closing the pipe is noticed within this time. */
const PARENT_CHECK_MS = 2000;
/** After the handshake there is a breath before the client's next message: the store is opened in it. */
const OPEN_AFTER_MS = 1;

export function serve(options: StdioOptions): void {
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
  app.watchParent(() => end(0), PARENT_CHECK_MS);

  const warmUp = (): void => {
    // The first answer is out: open the store now, so that the first tool call finds it open.
    setTimeout(() => {
      app
        .store()
        .catch((error: unknown) => log(`midturn: ${error instanceof Error ? error.message : String(error)}`));
      const write: unknown = Reflect.get(globalThis, Symbol.for('midturn.writeCodeCache'));
      if (typeof write === 'function') write();
    }, OPEN_AFTER_MS);
  };
  const transport = new StdioServerTransport();
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    transport.send = send;
    await send(message);
    warmUp();
  };
  serveStdio(() => buildServer(options), { transport, onerror: (error) => log(`midturn: ${error.message}`) });
}
