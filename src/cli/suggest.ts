/** `midturn suggest`: put suggestions into the queue, from a file or another program. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { SubmitResult } from '../compile/index.ts';
import { codeOf, UserInputError } from '../model/errors.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { counted } from './layout.ts';
import { readText } from './stdin.ts';

/** 200 items of the largest size. */
const BYTES = 16_000_000;

export function suggestCommand(program: Command, act: Act): void {
  program
    .command('suggest')
    .summary('put suggestions into the queue')
    .description(
      'Puts suggestions for memory, recall and skills into the queue. They take effect with `midturn compile`; what a file says counts as an agent’s word at most.',
    )
    .argument('[file]', 'a JSON file with memory_updates, recall_candidate and skill_action, or - for stdin')
    .option('--retry <id>', 'put one that has failed back into the queue')
    .option('--retry-failed', 'put all that have failed back into the queue')
    .examples(
      'midturn suggest review.json',
      `echo '{"memory_updates":[{"content":"We tag releases vX.Y.Z"}]}' | midturn suggest -`,
    )
    .action(act(suggest));
}

async function suggest(invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const id = flags.text('retry');
  if (id !== undefined || flags.has('retry-failed')) return retry(invocation, id === undefined ? null : [id]);
  const text = await textOf(invocation);
  await invocation.app.refuseAgentInPause(invocation.facts);
  const caller = await invocation.caller();
  const service = await invocation.app.compile();
  const sent = service.read(text);
  const result = await service.submit(caller, sent, { source: 'file', originCap: 'agent' });
  await service.inbox(caller);
  if (invocation.json) invocation.printJson(result);
  else invocation.print(...linesOf(result));
  return result.suggestion_id === null ? 1 : 0;
}

async function retry(invocation: Invocation, ids: readonly string[] | null): Promise<number> {
  const service = await invocation.app.compile();
  const retried = await service.retry(ids);
  if (invocation.json) invocation.printJson({ retried });
  else if (retried === 0) invocation.print('No suggestion has failed.');
  else
    invocation.print(
      `${counted(retried, 'suggestion')} back in the queue (\`midturn compile\` tries again).`,
    );
  return 0;
}

async function textOf(invocation: Invocation): Promise<string> {
  const file = invocation.word('the file');
  if (file === '-') return readText(invocation.io.stdin, BYTES);
  try {
    return await readText(createReadStream(resolve(invocation.io.cwd, file)), BYTES);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || error instanceof UserInputError) throw error;
    const why = code === 'ENOENT' ? 'there is no such file' : `the system answered ${code}`;
    throw new UserInputError(
      { what: `${file} cannot be read`, why, next: 'Name a JSON file' },
      { cause: error },
    );
  }
}

function linesOf({ suggestion_id, state, items }: SubmitResult): string[] {
  if (items.length === 0) return ['Nothing was proposed: every list is empty.'];
  const head =
    suggestion_id === null
      ? 'Nothing was taken.'
      : `${suggestion_id}: ${counted(items.length, 'item')}, ${state}${state === 'pending' ? ' (`midturn compile` makes memory of them)' : ''}.`;
  const lines = items.map(
    ({ family, index, status, id, reason }) =>
      `  ${id ?? '-'}  ${family}[${index}]  ${status}${reason === undefined ? '' : `: ${clean(reason)}`}`,
  );
  return [head, ...lines];
}
