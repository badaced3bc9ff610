/** The command line of `midturn serve`. */
import { parseArgs } from 'node:util';
import { messageOf, UserInputError } from '../../model/errors.ts';

export type ServeArguments = {
  readonly home: string | undefined;
  /** Undefined = as the configuration says; the same for the next two. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly tokenFile: string | undefined;
  readonly json: boolean;
};

/** @throws UserInputError */
export function readArguments(args: readonly string[]): ServeArguments {
  const { values, positionals } = parsed(args);
  const [command, ...more] = positionals;
  if (command !== 'serve' || more.length > 0)
    throw misused(`it takes no argument like ${more[0] ?? command}`);
  // As of a variable that is not set: an empty host is every address of the machine.
  for (const [option, value] of Object.entries(values))
    if (value === '') throw misused(`--${option} is empty`);
  return {
    home: values.home,
    host: values.host,
    port: values.port === undefined ? undefined : portOf(values.port),
    tokenFile: values['token-file'],
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        home: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        'token-file': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node adds to an unknown option how to send one that is none.
    throw misused(messageOf(error).replace(/\. To specify a positional argument.*$/s, ''));
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw misused(`--port takes a whole number from 0 to 65535, and not ${text}`);
}

function misused(why: string): UserInputError {
  return new UserInputError({
    what: '`midturn serve` cannot be started so',
    why,
    next: 'See `midturn serve --help`',
  });
}
