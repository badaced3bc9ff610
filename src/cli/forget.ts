/** `midturn forget`: a memory is no longer recalled. */
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { oneLine } from './layout.ts';

export function forgetCommand(program: Command, act: Act): void {
  program
    .command('forget')
    .summary('stop recalling a memory')
    .description(
      'Forgets a memory: it is never recalled again. `midturn memories list --all` still shows that it was there.',
    )
    .argument('<id>', 'its id, as in m_4f9k2c')
    .option('--reason <why>', 'why, for the record')
    .option('--yes', 'do not ask')
    .examples('midturn forget m_4f9k2c', 'midturn forget m_4f9k2c --reason "we moved to pnpm" --yes')
    .action(act(forget));
}

async function forget(invocation: Invocation): Promise<number> {
  const { flags, io, app } = invocation;
  const id = invocation.word('the id');
  const reason = flags.text('reason') ?? 'forgotten at the command line';
  const caller = await invocation.caller();
  const memories = await app.memories();
  if (invocation.mayAsk && !flags.has('yes')) {
    const { memory } = await memories.show(caller, id);
    const agreed = await io.ask.confirm(
      `Forget ${memory.short}, "${oneLine(memory.title, io.columns.stderr - 24)}"?`,
      false,
    );
    if (agreed !== true) {
      invocation.print('Nothing was forgotten.');
      return 1;
    }
  }
  const result = await memories.forget(caller, id, reason);
  if (invocation.json) invocation.printJson(result);
  else invocation.print(`Forgotten: ${result.id}, "${oneLine(result.title, io.columns.stdout)}".`);
  return 0;
}
