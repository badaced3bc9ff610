/** compile: turn what was suggested into memory, recall records and skills. */
import * as z from 'zod';
import type { CompileResult } from '../../compile/index.ts';
import { BACKENDS } from '../../model/backend.ts';
import { UserInputError } from '../../model/errors.ts';
import { discardedLines, receiptsWords } from '../../text/run-words.ts';
import { tool } from '../define-tool.ts';

export default tool({
  name: 'compile',
  title: 'Compile suggestions',
  description:
    'Turn pending suggestions into memory, recall records and skills, with a receipt that can be undone. dry_run shows what would happen.',
  input: z.strictObject({
    backend: z.enum(BACKENDS).optional(),
    dry_run: z.boolean().optional(),
    limit: z.int().min(1).max(100_000).optional(),
  }),
  aliases: { dryRun: 'dry_run', plan: 'dry_run', max: 'limit', count: 'limit' },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'write',
  example: '{"dry_run": true}',
  run: async ({ backend = 'script', dry_run, limit }, { app, facts, signal, deadline, allow, progress }) => {
    // A client that cannot be charged by itself must not start a model's run unasked.
    const { mcp_backends } = (await app.config()).compile;
    if (backend !== 'script' && !mcp_backends.includes(backend)) {
      throw new UserInputError({
        what: `Nothing was compiled with ${backend}`,
        why: 'agents may ask for `script` only, unless `mcp_backends` under [compile] lists it',
        next: 'Leave `backend` out',
      });
    }
    if (backend !== 'script') allow?.('agent');
    const caller = await app.caller(facts);
    const result = await (await app.compile()).compile(caller, {
      backend,
      signal: deadline === undefined ? signal : AbortSignal.any([signal, deadline]),
      onProgress: progress,
      ...(dry_run === undefined ? {} : { dryRun: dry_run }),
      ...(limit === undefined ? {} : { limit }),
    });
    return { text: wordsOf(result, deadline?.aborted === true), structured: { ...result } };
  },
});

function wordsOf(result: CompileResult, isLate: boolean): string {
  const { run_status, processed, actions, fallback, lock, notices = [], plan = [] } = result;
  const done = Object.entries(actions)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => `${count} ${action}`)
    .join(', ');
  const items = `${processed} ${processed === 1 ? 'suggestion' : 'suggestions'}`;
  const head = {
    success:
      processed > 0
        ? `Compiled ${items}${done === '' ? '' : `: ${done}`}${receiptsWords(result)}.`
        : `Nothing was in the queue${notices.length > 0 ? '' : '; the files are up to date'}.`,
    skip_empty: 'Nothing to compile.',
    skip_locked: `Another compile is running${lock === undefined ? '' : ` (process ${lock.pid})`}: nothing was done.`,
    plan: `A plan for ${items}${done === '' ? '' : `: ${done}`}. Nothing was written.`,
  }[run_status];
  return [
    head,
    ...(run_status === 'plan' ? [] : discardedLines(result)),
    ...(result.cancelled === true ? [endedWords(result, isLate)] : []),
    ...(fallback === undefined ? [] : [`Done by ${fallback.backend}: ${fallback.reason}.`]),
    ...(result.waiting > 0
      ? [
          `${result.waiting} ${result.waiting === 1 ? 'waits' : 'wait'} for a person's review (midturn review).`,
        ]
      : []),
    ...plan.map(
      ({ id, outcome, title, reason }) =>
        `${id} ${outcome}: ${title}${reason === undefined ? '' : ` (${reason})`}`,
    ),
    ...notices,
  ].join('\n');
}

function endedWords({ remaining }: CompileResult, isLate: boolean): string {
  if (!isLate) return 'It was cancelled; the rest waits for the next compile.';
  const rest = remaining === undefined ? 'the rest' : `${remaining} of the queue`;
  return `The time of one call was up: ${rest} waits; call compile again to go on.`;
}
