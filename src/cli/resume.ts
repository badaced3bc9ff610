/** `midturn resume`: the pause ends. */
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

export function resumeCommand(program: Command, act: Act): void {
  program
    .command('resume')
    .summary('capture again after a pause')
    .description('Ends a pause. What was said while it lasted stays out.')
    .examples('midturn resume')
    .action(act(resume));
}

async function resume(invocation: Invocation): Promise<number> {
  const paused = await invocation.app.isPaused();
  await invocation.app.resume();
  if (invocation.json) invocation.printJson({ paused: false });
  else invocation.print(paused ? 'Capture goes on.' : 'Capture was not paused.');
  return 0;
}
