/** The bundle behind `midturn serve`: the MCP server over streamable HTTP, for whoever has a token. */
import { resolve } from 'node:path';
import { App } from '../../app/app.ts';
import { messageOf, UserInputError } from '../../model/errors.ts';
import { readArguments } from './arguments.ts';
import { serve } from './serve.ts';
import { endOnSignals, onEndSignals } from './shutdown.ts';

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  const cwd = process.cwd();
  const app = new App({ env: process.env, cwd, version: __MIDTURN_VERSION__, home: wish.home });
  const tokenFile = wish.tokenFile === undefined ? undefined : resolve(cwd, wish.tokenFile);
  const server = await serve({
    app,
    env: process.env,
    version: __MIDTURN_VERSION__,
    log,
    ...wish,
    tokenFile,
  });
  endOnSignals({
    onSignal: onEndSignals,
    close: async () => {
      await server.close().catch((error: unknown) => log(`midturn: ${messageOf(error)}`));
      app.close();
    },
    exit: (code) => process.exit(code),
  });
  const { warnings } = await app.config();
  for (const warning of [...warnings, ...server.warnings]) log(`midturn: ${warning}`);
  log(`midturn: serving ${server.url}, token in ${server.tokenFile}`);
  if (wish.json)
    process.stdout.write(
      `${JSON.stringify({ url: server.url, pid: process.pid, token_file: server.tokenFile })}\n`,
    );
}

// Whoever read the line at the start may be gone by now: that is no reason to end.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => {
  log(`midturn: ${error.stack ?? error.message}`);
  process.exit(1);
});
process.on('unhandledRejection', (reason) =>
  log(`midturn: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`),
);
main().catch((error: unknown) => {
  log(`midturn: ${messageOf(error)}`);
  process.exit(error instanceof UserInputError ? 2 : 1);
});
