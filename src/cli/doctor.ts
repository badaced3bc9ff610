/** `midturn doctor`: is everything in order, and what to do where it is not. */
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns } from './layout.ts';

export function doctorCommand(program: Command, act: Act): void {
  program
    .command('doctor')
    .summary('check the installation, rebuild search indexes')
    .description(
      'Checks program, home, permissions, configuration, store and search indexes. Exits with 1 when something fails.',
    )
    .option('--rebuild', 'first rebuild the search indexes from what is stored')
    .examples('midturn doctor', 'midturn doctor --rebuild')
    .action(act(doctor));
}

async function doctor(invocation: Invocation): Promise<number> {
  const { ok, checks } = await invocation.app.doctor(invocation.flags.has('rebuild'));
  if (invocation.json) {
    invocation.printJson({ ok, checks });
    return ok ? 0 : 1;
  }
  const rows = checks.flatMap(({ id, status, words, fix }) => [
    [status, id, clean(words)],
    ...(fix === undefined ? [] : [['', '', `to do: ${clean(fix)}`]]),
  ]);
  invocation.print(...columns(rows, ''), '', verdict(checks));
  return ok ? 0 : 1;
}

function verdict(checks: ReadonlyArray<{ readonly status: 'ok' | 'warn' | 'fail' }>): string {
  const failed = checks.filter(({ status }) => status === 'fail').length;
  const warned = checks.filter(({ status }) => status === 'warn').length;
  if (failed > 0) return `${failed} of ${checks.length} checks failed.`;
  return warned > 0
    ? `It works; ${warned} ${warned === 1 ? 'thing is' : 'things are'} worth a look.`
    : 'All is well.';
}
