/** recall: durable facts that fit a question. */
import * as z from 'zod';
import { messageOf, UserInputError } from '../../model/errors.ts';
import { PATIENCE_MS, type ToolAnswer, type ToolCall, tool } from '../define-tool.ts';

const LIMIT = { least: 1, most: 20 };
const TOKENS = { least: 100, most: 8000 };
/** Sent by a client's hook before each prompt: the answer is hook JSON, and silence unless a fact is sure. */
const HOOK = 'hook';
/** Nothing is added to the prompt. */
const NOTHING = '{}';

const INPUT = z.strictObject({
  query: z.string().trim().min(1).max(2000).describe('A question or topic, in plain words'),
  limit: z.int().min(LIMIT.least).max(LIMIT.most).optional().describe(`Default 5`),
  scope: z
    .enum(['project', 'user', 'all'])
    .optional()
    .describe('Omit for this project and the user; all = every project'),
  kinds: z.array(z.enum(['memory', 'recall', 'skill'])).optional(),
  max_tokens: z.int().min(TOKENS.least).max(TOKENS.most).optional().describe('Default 1200'),
  as_of: z.string().optional().describe('What held then: 2026-05-01, 2026-05, ISO time'),
  explain: z.boolean().optional().describe('Say why each fits'),
});

/** A prompt may be of any length: what it asks is looked for where it is known to be one. */
let ofHook: typeof INPUT | undefined;
const inputOfHook = () => (ofHook ??= INPUT.extend({ query: z.string() }));

export default tool({
  name: 'recall',
  title: 'Recall memories',
  description:
    'Search what is remembered about this project and its user: decisions, conventions, preferences, pitfalls, how things are run. ' +
    'Call it before answering or changing code whenever earlier context could matter. Ask one concrete question in plain words. ' +
    'Answers with the few facts that fit, each with origin and date, or says that nothing fits.',
  input: INPUT,
  aliases: {
    q: 'query',
    question: 'query',
    text: 'query',
    search: 'query',
    topic: 'query',
    k: 'limit',
    top_k: 'limit',
    n: 'limit',
    tokens: 'max_tokens',
    kind: 'kinds',
    at: 'as_of',
    date: 'as_of',
    when: 'as_of',
    why: 'explain',
  },
  unpublished: [HOOK],
  inputWith: (switches) => (switches.has(HOOK) ? inputOfHook() : null),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'read',
  run: async ({ query, limit, scope, kinds, as_of, explain, max_tokens }, { app, facts, switches }) => {
    if (switches?.has(HOOK) === true) return noted({ app, facts }, () => ofPrompt({ app, facts }, query));
    const caller = await app.caller(facts, PATIENCE_MS);
    const recall = await app.recall();
    const { recall: settings } = await app.config();
    const answer = await recall.ask(caller, {
      query,
      ...(limit === undefined ? {} : { limit }),
      ...(scope === undefined ? {} : { scope }),
      ...(kinds === undefined ? {} : { kinds }),
      ...(as_of === undefined ? {} : { asOf: as_of }),
      ...(explain === undefined ? {} : { explain }),
    });
    const { renderAnswer } = await import('../calling.ts');
    const { text, refs, cut } = renderAnswer(answer, 'recall', max_tokens ?? settings.max_tokens);
    // Who names a record by its id opens it.
    const opened = refs.filter((ref) => query.includes(ref));
    app.record(caller, 'opened', opened);
    app.record(
      caller,
      'shown',
      refs.filter((ref) => !opened.includes(ref)),
    );
    return { text, cut };
  },
  // A hook's answer is read by a program: to it an error is broken JSON. What is wrong with the question is no failure.
  instead: (error, { app, switches }) => {
    if (switches?.has(HOOK) !== true) return null;
    if (!(error instanceof UserInputError)) app.failed('hook');
    return { text: NOTHING };
  },
});

type Place = Pick<ToolCall, 'app' | 'facts'>;

async function ofPrompt({ app, facts }: Place, prompt: string): Promise<ToolAnswer> {
  const caller = await app.caller(facts, PATIENCE_MS);
  const additionalContext = await (await app.inject()).prompt(caller, prompt);
  if (additionalContext === null) return { text: NOTHING };
  const hookSpecificOutput = { hookEventName: 'UserPromptSubmit', additionalContext };
  return { text: JSON.stringify({ hookSpecificOutput }) };
}

/** Without a word from here nobody could say when the hook last ran: the client starts no process for it. */
async function noted({ app, facts }: Place, answer: () => Promise<ToolAnswer>): Promise<ToolAnswer> {
  const began = performance.now();
  const note = (characters: number, error: string | null): void =>
    app.hookAnswered(facts, {
      event: 'user-prompt',
      ms: performance.now() - began,
      characters,
      error,
    });
  try {
    const given = await answer();
    note(given.text === NOTHING ? 0 : given.text.length, null);
    return given;
  } catch (error) {
    note(0, error instanceof UserInputError ? null : messageOf(error));
    throw error;
  }
}
