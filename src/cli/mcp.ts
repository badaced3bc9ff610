/** `midturn mcp` in the help. The server itself is a bundle of its own, which the bin starts without this one. */
import { MidturnError } from '../model/errors.ts';
import type { Command } from './command.ts';
import type { Act } from './invocation.ts';

export function mcpCommand(program: Command, act: Act): void {
  program
    .command('mcp')
    .summary('serve an agent over stdio (its client starts this)')
    .description(
      'Serves one coding agent over stdio. Its client starts this and ends it: `midturn setup` writes it into the MCP configuration of the clients it knows. By hand, with midturn on the PATH:',
    )
    .addHelpText(
      'after',
      `
Codex, in ~/.codex/config.toml:
  [mcp_servers.midturn]
  command = "midturn"
  args = ["mcp"]

Claude Code:
  claude mcp add --scope user midturn -- midturn mcp`,
    )
    .action(
      act(async () => {
        throw new MidturnError({
          what: 'The server was not started',
          why: 'it is a program of its own',
          next: 'Start it as `midturn mcp`',
        });
      }),
    );
}
