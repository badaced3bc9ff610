/** recall_history: what was said and done in earlier sessions, word for word. */
import * as z from 'zod';
import { ROLES } from '../../model/message.ts';
import { requireTime } from '../../model/time.ts';
import { PATIENCE_MS, tool } from '../define-tool.ts';

/** A turn read whole is longer than a list of hits. */
const DEFAULT_TOKENS = 2000;

/**
 * Judged by requireTime, which takes seconds and milliseconds too: a schema with two types at once is more than some
 * clients can read.
 */
const time = z.unknown().meta({ type: 'string' });

export default tool({
  name: 'recall_history',
  title: 'Recall session history',
  description:
    'Search and read earlier sessions of every coding agent on this project, word for word: what was asked, tried, run, and how it ended. ' +
    'No arguments = index of recent turns. query = search. ref = one message with its neighbours. session + turns (or last) = whole turns. ' +
    'Use it when an error, a command or a piece of work looks like one met before. The current turn is never a hit.',
  input: z.strictObject({
    query: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .optional()
      .describe('Words, an error message, a command, a path'),
    ref: z.string().optional().describe('session/number from a hit'),
    around: z.int().min(0).max(20).optional().describe('Messages around ref, default 3'),
    session: z.string().optional().describe('Session id; default: this session'),
    turns: z.array(z.int().min(1)).max(20).optional(),
    last: z.int().optional().describe('The newest n turns'),
    full: z.boolean().optional().describe('Also withdrawn and injected messages'),
    since: time.optional().describe('ISO time, or an age such as 7d'),
    until: time.optional(),
    role: z.enum(ROLES).optional(),
    client: z.string().optional().describe('codex, claude-code, …'),
    project: z.string().optional().describe('A name, or all; default: this one'),
    limit: z.int().min(1).max(50).optional().describe('Default 10'),
    explain: z.boolean().optional().describe('Say what made each hit'),
    cursor: z.string().max(4000).optional(),
    max_tokens: z.int().min(100).max(8000).optional().describe('Default 2000'),
  }),
  aliases: {
    q: 'query',
    question: 'query',
    text: 'query',
    search: 'query',
    id: 'ref',
    message: 'ref',
    session_id: 'session',
    thread: 'session',
    thread_id: 'session',
    turn: 'turns',
    after: 'since',
    from: 'since',
    before: 'until',
    to: 'until',
    repo: 'project',
    why: 'explain',
    k: 'limit',
    top_k: 'limit',
    tokens: 'max_tokens',
  },
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'read',
  run: async ({ since, until, max_tokens, ...rest }, { app, facts, signal, deadline, progress }) => {
    const caller = await (await app.capture()).refresh(await app.caller(facts, PATIENCE_MS));
    const history = await app.history();
    const now = app.now();
    const answer = await history.ask(
      caller,
      {
        ...defined(rest),
        ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
        ...(since === undefined ? {} : { since: requireTime('since', since, now) }),
        ...(until === undefined ? {} : { until: requireTime('until', until, now, 'end') }),
      },
      { signal, onProgress: progress, ...(deadline === undefined ? {} : { deadline }) },
    );
    const { renderAnswer } = await import('../calling.ts');
    const { text, refs, cut } = renderAnswer(answer, 'history', max_tokens ?? DEFAULT_TOKENS);
    const opened = rest.ref !== undefined || rest.turns !== undefined || rest.last !== undefined;
    // The first block of an opened ref is the message itself; its neighbours were only shown beside it.
    if (opened) app.record(caller, 'opened', rest.ref === undefined ? [...new Set(refs)] : refs.slice(0, 1));
    else app.record(caller, 'shown', refs);
    return { text, cut };
  },
});

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The arguments that were sent: an absent one is left out, not undefined. */
function defined<T extends object>(args: T): Partial<Defined<T>> {
  const out: Partial<Defined<T>> = {};
  for (const [key, value] of Object.entries(args)) if (value !== undefined) Reflect.set(out, key, value);
  return out;
}
