/** `midturn doctor`: is everything in order, and what to do where it is not. */
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { counted, foldedColumns, textWidth } from './layout.ts';

export function doctorCommand(program: Command, act: Act): void {
  program
    .command('doctor')
    .summary('check everything, and mend what can be mended')
    .description(
      'Checks program, home, permissions, configuration, the clients with their hooks and transcripts, store, search indexes, files of memory, the loop and the scheduler. Exits with 1 when something fails.',
    )
    .option('--fix', 'mend what is safe to mend: it changes no file of a client')
    .option('--rebuild', 'first rebuild the search indexes from what is stored')
    .option('--no-start', 'start no server and no client to see whether they answer')
    .examples('midturn doctor', 'midturn doctor --fix', 'midturn doctor --rebuild')
    .action(act(doctor));
}

async function doctor(invocation: Invocation): Promise<number> {
  const { app, flags, json } = invocation;
  const { ok, checks, fixed } = await app.doctor({
    rebuild: flags.has('rebuild'),
    fix: flags.has('fix'),
    // `--no-start` makes commander's `start` false.
    starts: flags.has('start'),
  });
  if (json) {
    invocation.printJson({ ok, checks, ...(fixed === undefined ? {} : { fixed }) });
    return ok ? 0 : 1;
  }
  if (fixed !== undefined)
    invocation.print(...(fixed.length === 0 ? ['Nothing was to be mended.'] : fixed.map(clean)), '');
  const rows = checks.flatMap(({ id, status, words, fix }) => [
    [status, id, clean(words)],
    // What is in order leaves nothing to do: it may be had another way.
    ...(fix === undefined ? [] : [['', '', `${status === 'ok' ? 'advice' : 'to do'}: ${clean(fix)}`]]),
  ]);
  const lines = foldedColumns(rows, { width: textWidth(invocation.io), indent: '', isWhole: isCommand });
  invocation.print(...lines, '', verdict(checks));
  return ok ? 0 : 1;
}

/** Sentences begin with a capital letter. */
function isCommand(text: string): boolean {
  return /^(?:to do|advice): [a-z]/.test(text);
}

function verdict(checks: ReadonlyArray<{ readonly status: 'ok' | 'warn' | 'fail' }>): string {
  const failed = checks.filter(({ status }) => status === 'fail').length;
  const warned = checks.filter(({ status }) => status === 'warn').length;
  const worth = `${counted(warned, 'thing')} ${warned === 1 ? 'is' : 'are'} worth a look`;
  if (failed > 0) return `${failed} of ${checks.length} checks failed${warned > 0 ? `, and ${worth}` : ''}.`;
  return warned > 0 ? `It works; ${worth}.` : 'All is well.';
}
