/** Commander's Command with our manners: wrong usage is a UserInputError that names the help to read. */
import { Command as Base } from 'commander';
import { UserInputError } from '../model/errors.ts';

export class Command extends Base {
  override createCommand(name?: string): Command {
    return new Command(name);
  }

  /** Everything that commander finds wrong with the arguments comes through here. */
  override error(message: string): never {
    const [first = '', ...hints] = message.replace(/^error: /, '').split('\n');
    const [what = '', ...why] = first.replace(/\.$/, '').split('. ');
    const suggestion = /^\(Did you mean (.+)\?\)$/.exec(hints.join(' '))?.[1];
    const dash =
      /^unknown option '-/.test(what) && suggestion === undefined && this.registeredArguments.length > 0;
    throw this.wrong(what, {
      ...(why.length === 0 ? {} : { why: why.join('. ') }),
      ...(suggestion === undefined ? {} : { hint: `Did you mean ${suggestion}?` }),
      ...(dash ? { hint: 'Put -- before text that begins with a dash.' } : {}),
    });
  }

  /** The error for arguments that this command cannot take. */
  wrong(what: string, { why, hint }: { why?: string; hint?: string } = {}): UserInputError {
    const see = `See \`${this.path()} --help\``;
    return new UserInputError({
      what,
      ...(why === undefined ? {} : { why }),
      next: hint === undefined ? see : `${hint} ${see}`,
    });
  }

  /** `midturn memories list` */
  path(): string {
    const names: string[] = [];
    for (let command: Base | null = this; command !== null; command = command.parent)
      names.unshift(command.name());
    return names.join(' ');
  }

  /** Examples below the help. */
  examples(...lines: readonly string[]): this {
    return this.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
}
