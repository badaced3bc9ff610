/** submit_suggestion: propose what a session has shown, for memory, recall and skills. */
import * as z from 'zod';
import type { SubmitResult } from '../../compile/index.ts';
import { ENVELOPE_EXAMPLE, isEnvelopeList } from '../../model/suggestion.ts';
import { fitted } from '../arguments.ts';
import { rawTool } from '../define-tool.ts';

const NAME = 'submit_suggestion';

// Each item is judged alone, so that a wrong one does not cost the others: the fields are told in words.
const items = z.array(z.unknown().meta({ type: 'object' })).optional();

const input = z.strictObject({
  memory_updates: items.describe(
    '{action: add|replace|remove, summary, content, scope: project|user, old_summary (title or id, to replace or remove), source_paths}',
  ),
  recall_candidate: items.describe('Longer context, fetched on demand: {summary, content, source_paths}'),
  skill_action: items.describe(
    'A procedure: {action: create|patch|edit|retire, skill_id, title, description (when to use it), content}',
  ),
});

// The envelope is read by compile alone, whatever names its lists have: the same over MCP as from a file.
export default rawTool({
  name: NAME,
  title: 'Suggest for memory',
  description:
    'Propose several things at once, after reviewing a session; compile puts them into effect. For one fact use remember.',
  input,
  aliases: {},
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'write',
  needsProject: (raw) => typeof raw === 'object' && raw !== null && Object.values(raw).some(isItems),
  example: ENVELOPE_EXAMPLE,
  run: async (raw, { app, facts, still }) => {
    await app.refuseAgentInPause(facts);
    const caller = await app.caller(facts);
    const service = await app.compile();
    still?.();
    const result = await service.submit(caller, envelopeOf(raw), { source: 'submit', originCap: null });
    const isRefused = result.suggestion_id === null && result.items.length > 0;
    return { text: wordsOf(result), structured: { ...result }, ...(isRefused ? { isError: true } : {}) };
  },
});

/** Whether anything of a list is about a project. */
function isItems(list: unknown): boolean {
  const isAbout = (item: unknown) =>
    typeof item === 'object' && item !== null && !('scope' in item && item.scope === 'user');
  return Array.isArray(list) && list.some(isAbout);
}

/** As models send it: a list that came as text, a single item, nothing at all. */
function envelopeOf(raw: unknown): unknown {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw)) return raw;
  const sent = Object.entries(raw).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return Object.fromEntries(
    sent.map(([key, value]): [string, unknown] => [
      key,
      isEnvelopeList(key) ? fitted('array', value) : value,
    ]),
  );
}

function wordsOf({ suggestion_id, state, items }: SubmitResult): string {
  if (items.length === 0)
    return `Nothing was proposed: every list is empty. For instance ${NAME}(${ENVELOPE_EXAMPLE}).`;
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
