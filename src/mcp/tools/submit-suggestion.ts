/** submit_suggestion: propose what a session has shown, for memory, recall and skills. */
import * as z from 'zod';
import type { SubmitResult } from '../../compile/index.ts';
import { UserInputError } from '../../model/errors.ts';
import { tool } from '../arguments.ts';

export default tool({
  name: 'submit_suggestion',
  title: 'Suggest for memory',
  description:
    'Propose several things at once, after reviewing a session; compile puts them into effect. For one fact use remember.',
  input: z.strictObject({
    // Each item is judged alone, so that a wrong one does not cost the others: the fields are told in words.
    memory_updates: z
      .array(z.unknown())
      .optional()
      .describe(
        '{action: add|replace|remove, summary, content, scope: project|user, old_summary (title or id, to replace or remove), source_paths}',
      ),
    recall_candidate: z
      .array(z.unknown())
      .optional()
      .describe('Longer context, fetched on demand: {summary, content, source_paths}'),
    skill_action: z
      .array(z.unknown())
      .optional()
      .describe(
        'A procedure: {action: create|patch|edit|retire, skill_id, title, description (when to use it), content}',
      ),
  }),
  aliases: {
    memory_update: 'memory_updates',
    memories: 'memory_updates',
    memory: 'memory_updates',
    updates: 'memory_updates',
    recall_candidates: 'recall_candidate',
    recall: 'recall_candidate',
    skill_actions: 'skill_action',
    skills: 'skill_action',
    skill: 'skill_action',
  },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async (args, { app, facts }) => {
    if (!facts.rights.write)
      throw new UserInputError({ what: 'Nothing was stored', why: 'this connection may only read' });
    const caller = await app.caller(facts);
    const service = await app.compile();
    const result = await service.submit(caller, args, { source: 'submit', originCap: null });
    return {
      text: wordsOf(result),
      structured: { ...result },
      ...(result.suggestion_id === null ? { isError: true } : {}),
    };
  },
});

function wordsOf({ suggestion_id, state, items }: SubmitResult): string {
  const head =
    suggestion_id === null
      ? 'Nothing was taken:'
      : `Suggestion ${suggestion_id} (${state}), ${items.length} ${items.length === 1 ? 'item' : 'items'}${state === 'pending' ? ', takes effect with compile' : ''}:`;
  const lines = items.map(({ family, index, status, id, memory, reason }) => {
    const what = [id, memory].filter((each) => each !== undefined).join(' → ');
    return `${family}[${index}] ${status}${what === '' ? '' : ` ${what}`}${reason === undefined ? '' : `: ${reason}`}`;
  });
  return [head, ...lines].join('\n');
}
