/**
 * Runs a command line and turns whatever is thrown into words and an exit code, here and nowhere else:
 * 0 done, 1 failed, 2 wrong usage.
 */
import { CommanderError } from 'commander';
import { type ErrorWords, MidturnError, messageOf, sentence, UserInputError } from '../model/errors.ts';
import { clean } from '../text/clean.ts';
import { asCommands } from './calls.ts';
import type { Command } from './command.ts';
import { type Handler, Invocation } from './invocation.ts';
import type { Io } from './io.ts';
import { buildProgram } from './program.ts';
import { softFailure } from './recall-trigger.ts';

/** @param argv what stands behind `midturn` */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = buildProgram(io, async (command, handler) => {
    code = await invoke(command, io, handler);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // The help and the version are thrown too, once they are printed.
    if (error instanceof CommanderError) return 0;
    const soft = softFailure(argv, error, io);
    if (soft === null) return report(error, wantsJson(argv), io);
    io.out(`${soft}\n`);
    return 0;
  }
}

async function invoke(command: Command, io: Io, handler: Handler): Promise<number> {
  const invocation = new Invocation(command, io);
  try {
    const code = await handler(invocation);
    for (const words of await invocation.app.changes.render(() => invocation.caller()))
      io.err(`${clean(words)}\n`);
    return code;
  } finally {
    invocation.app.close();
  }
}

function report(error: unknown, json: boolean, io: Io): number {
  const words = wordsOf(error);
  if (json) io.err(`${JSON.stringify({ error: words })}\n`);
  else io.err(`midturn: ${asCommands(clean(sentence(words)))}\n`);
  if (io.env.MIDTURN_DEBUG === '1' && error instanceof Error) io.err(`${error.stack ?? error.message}\n`);
  return error instanceof UserInputError ? 2 : 1;
}

function wordsOf(error: unknown): ErrorWords {
  if (error instanceof MidturnError) return error.words;
  return {
    what: 'The command failed',
    why: messageOf(error),
    next: 'This was not foreseen: MIDTURN_DEBUG=1 in front of the command shows where it happened',
  };
}

/** Read from the arguments themselves: they may be what is wrong. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}
