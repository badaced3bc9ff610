/** The hooks in the help. They are a bundle of their own, which the bin starts without this one. */
import { MidturnError } from '../model/errors.ts';
import type { Command } from './command.ts';
import type { Act } from './invocation.ts';

const HOOKS = {
  'session-start': 'what is remembered, at the start of a session',
  'user-prompt': 'what fits a prompt, where something fits it precisely',
  'post-tool': 'how a failing command was mended before',
  'stop-review': 'a turn has ended: capture and review it in the background',
  'pre-compact': 'capture everything before a session is summed up',
  'session-end': 'a session has ended: capture and review the rest of it',
} as const;

export function hookCommands(program: Command, act: Act): void {
  for (const [name, summary] of Object.entries(HOOKS)) {
    const command = program
      .command(name)
      .summary(summary)
      .description(
        `A hook, called by Codex or Claude Code: ${summary}. It reads the client's payload from stdin, answers in hook JSON or with nothing, and always ends with exit status 0. \`midturn setup\` writes it into the client's configuration.`,
      )
      .option('--from-stdin', 'read the payload from stdin (the default)')
      .option('--hook-payload <file>', 'read the payload from a file instead')
      .option('--cleanup-payload', 'remove that file afterwards')
      .option('--client <name>', 'who calls, for a client that does not show it by itself');
    if (name === 'session-start')
      command
        .option(
          '--cwd <dir>',
          'without a payload: show what a session in this folder begins with (--json: as an object)',
        )
        .examples('midturn session-start --cwd .', 'midturn session-start --cwd . --json');
    command.action(
      act(async () => {
        throw new MidturnError({
          what: 'The hook was not run',
          why: 'it is a program of its own',
          next: `Start it as \`midturn ${name}\``,
        });
      }),
    );
  }
}
