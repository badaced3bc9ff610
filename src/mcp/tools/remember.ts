/** remember: keep a durable fact. */
import * as z from 'zod';
import type { RememberResult } from '../../memories/index.ts';
import { type Question, tool } from '../define-tool.ts';

const WORDS = {
  accepted: 'Remembered as',
  merged: 'Already known: merged into',
  replaced: 'Remembered as',
  needs_review: 'Needs a person’s review before it is recalled:',
  rejected: 'Rejected',
} as const;

export default tool({
  name: 'remember',
  title: 'Remember a fact',
  description:
    'Keep one durable fact for later sessions: a preference or correction of the user, a decision with its reason, a convention, a pitfall and its fix. ' +
    'One self-contained statement, in the user’s own words where they said it. Not for progress, todos or secrets. It can be recalled at once.',
  input: z.strictObject({
    content: z.string().max(100_000).describe('The fact, one to three sentences'),
    title: z.string().max(200).optional(),
    scope: z
      .enum(['project', 'user'])
      .optional()
      .describe('user = about the user, everywhere; default project'),
    tags: z.array(z.string()).optional(),
    paths: z.array(z.string()).optional().describe('Files it is about'),
    aliases: z.array(z.string()).optional().describe('Other words people search it by'),
    replaces: z.string().optional().describe('Id or title of the memory it supersedes'),
    part_of: z.string().optional().describe('Id or title'),
    see_also: z.array(z.string()).optional().describe('Ids or titles'),
    said_by: z.enum(['user', 'agent']).optional(),
  }),
  aliases: {
    text: 'content',
    fact: 'content',
    memory: 'content',
    note: 'content',
    body: 'content',
    message: 'content',
    name: 'title',
    tag: 'tags',
    path: 'paths',
    files: 'paths',
    file: 'paths',
    alias: 'aliases',
    supersedes: 'replaces',
    replace: 'replaces',
    parent: 'part_of',
    belongs_to: 'part_of',
    related: 'see_also',
    links: 'see_also',
    source: 'said_by',
    origin: 'said_by',
  },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'write',
  needsProject: (raw) => !(typeof raw === 'object' && raw !== null && 'scope' in raw && raw.scope === 'user'),
  run: async (
    { content, title, scope, tags, paths, aliases, replaces, part_of, see_also, said_by },
    { app, facts, still },
  ) => {
    await app.refuseAgentInPause(facts);
    const caller = await app.caller(facts);
    const memories = await app.memories();
    still?.();
    const result = await memories.remember(caller, {
      content,
      ...(title === undefined ? {} : { title }),
      ...(scope === undefined ? {} : { scope }),
      ...(tags === undefined ? {} : { tags }),
      ...(paths === undefined ? {} : { paths }),
      ...(aliases === undefined ? {} : { aliases }),
      ...(replaces === undefined ? {} : { replaces }),
      ...(part_of === undefined ? {} : { partOf: part_of }),
      ...(see_also === undefined ? {} : { seeAlso: see_also }),
      ...(said_by === undefined ? {} : { saidBy: said_by }),
    });
    const question = questionOf(result);
    return {
      text: sentence(result),
      structured: { ...result },
      ...(question === null ? {} : { question }),
    };
  },
});

/** What a person can settle on the spot, where their client shows forms. */
function questionOf({ status, id, candidates = [] }: RememberResult): Question | null {
  if (status === 'needs_review' && id !== undefined) return { kind: 'approve', id };
  return candidates.length < 2 ? null : { kind: 'which', argument: 'replaces', candidates };
}

function sentence({
  status,
  id,
  scope,
  origin,
  replaced,
  part_of,
  see_also,
  reason,
}: RememberResult): string {
  const what = id === undefined ? '' : ` ${id} (${scope}, origin ${origin})`;
  const instead = replaced === undefined ? '' : ` in place of ${replaced}`;
  const part = part_of === undefined ? '' : `, part of ${part_of}`;
  const also = see_also === undefined ? '' : `, see also ${see_also.join(', ')}`;
  return `${WORDS[status]}${what}${instead}${part}${also}${reason === undefined ? '' : `: ${reason}`}.`;
}
