/** Commands that stand for several, as `memories` does for `list` and `show`. Without a word they list. */
import { Command } from './command.ts';
import type { Invocation } from './invocation.ts';

/** The one that runs when no other is named. Words behind it are meant as a command that there is none of. */
export function listCommand(group: Command, summary: string): Command {
  group.helpCommand('help [command]', 'show the help of a command');
  return group
    .command('list', { isDefault: true })
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .allowExcessArguments();
}

export function refuseWords({ words, command }: Invocation): void {
  const [word] = words;
  const { parent } = command;
  if (word === undefined || !(parent instanceof Command)) return;
  const known = parent.commands.map((each) => each.name()).filter((name) => name !== 'help');
  throw parent.wrong(`there is no command '${word}' here`, { hint: `There are ${known.join(', ')}.` });
}
