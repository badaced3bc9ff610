/** `midturn serve` in the help. The server itself is a bundle of its own, which the bin starts without this one. */
import { MidturnError } from '../model/errors.ts';
import type { Command } from './command.ts';
import type { Act } from './invocation.ts';

export function serveCommand(program: Command, act: Act): void {
  program
    .command('serve')
    .summary('serve agents over HTTP')
    .description(
      'Serves MCP over streamable HTTP, for clients that do not start a program of their own: containers, other machines, several clients at once. It answers those who send a token; the first start makes one in the token file, and `midturn token create` makes others, with fewer rights or for some projects only. [http] in config.toml holds the rest: names and origins to be let in, limits, TLS, an identity provider.',
    )
    .option('--host <address>', 'the address to listen on (default: host of [http], 127.0.0.1)')
    .option('--port <number>', 'the port; 0 is any that is free (default: port of [http], 4127)')
    .option(
      '--token-file <file>',
      'where the token is (default: token_file of [http], else http-token in the home)',
    )
    .addHelpText(
      'after',
      `
It says at its start, in one line, where it listens and which file has the token; with --json as {url, pid, token_file}.
SIGTERM lets running calls end; a second one does not wait.

Claude Code, with the token of the file and the project called shop:
  export MIDTURN_TOKEN="$(cat ~/.midturn/http-token)"
  claude mcp add --transport http midturn http://127.0.0.1:4127/mcp \\
    --header 'Authorization: Bearer \${MIDTURN_TOKEN}' --header 'Midturn-Project: shop'`,
    )
    .action(
      act(async () => {
        throw new MidturnError({
          what: 'The server was not started',
          why: 'it is a program of its own',
          next: 'Start it as `midturn serve`',
        });
      }),
    );
}
