/** `midturn pause`: nothing is captured for a while. */
import { iso } from '../model/time.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { time } from './layout.ts';

export function pauseCommand(program: Command, act: Act): void {
  program
    .command('pause')
    .summary('stop capturing for a while')
    .description(
      'Stops capturing. What is said until the pause ends stays out for good, also of later imports.',
    )
    .option('--for <length>', 'for a length of time: 30m, 2h, 1d')
    .option('--until <time>', 'until a time: 2026-11-21T18:00Z')
    .examples('midturn pause', 'midturn pause --for 2h')
    .action(act(pause));
}

async function pause(invocation: Invocation): Promise<number> {
  const until = endOf(invocation);
  await invocation.app.pause(until);
  if (invocation.json) invocation.printJson({ paused: true, until: until === null ? null : iso(until) });
  else
    invocation.print(
      until === null
        ? 'Capture is paused. `midturn resume` ends the pause.'
        : `Capture is paused until ${time(until)}.`,
    );
  return 0;
}

function endOf({ flags, command, app }: Invocation): number | null {
  const length = flags.duration('for');
  const until = flags.time('until');
  if (length !== undefined && until !== undefined)
    throw command.wrong('--for and --until exclude each other');
  if (length !== undefined) return app.now() + length;
  if (until !== undefined && until <= app.now()) {
    throw command.wrong('--until lies in the past', {
      hint: `It is ${time(app.now())} now; a pause of two hours is --for 2h.`,
    });
  }
  return until ?? null;
}
