/** The answer of an agent, read strictly: operations on items of the batch and memories that it was shown, or nothing. */
import * as z from 'zod';
import type { AgentPayload } from './agent-payload.ts';

const words = {
  title: z.string().trim().min(1).max(300).optional(),
  content: z.string().trim().min(1).max(16_384).optional(),
};

const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), item: z.string(), ...words }),
  z.strictObject({ op: z.literal('merge'), item: z.string(), target: z.string(), ...words }),
  z.strictObject({ op: z.literal('replace'), item: z.string(), target: z.string(), ...words }),
  z.strictObject({ op: z.literal('remove'), item: z.string(), target: z.string() }),
  z.strictObject({ op: z.literal('discard'), item: z.string(), reason: z.string().max(1000).default('') }),
  z.strictObject({ op: z.literal('keep'), item: z.string() }),
]);

const answer = z.strictObject({ operations: z.array(operation).max(1000) });

export type AgentOperation = z.infer<typeof operation>;

/** What becomes of an item, by its short id. Items that are not in it are left to midturn's own rules. */
export type AgentPlan = ReadonlyMap<string, AgentOperation>;

export type ReadPlan =
  | { readonly ok: true; readonly plan: AgentPlan }
  /** One clause for people. */
  | { readonly ok: false; readonly why: string };

/** All of it holds, or none: half of a plan is nobody's plan. */
export function readPlan(sent: unknown, { batch, existing }: AgentPayload): ReadPlan {
  const read = answer.safeParse(sent);
  if (!read.success) {
    const [issue] = read.error.issues;
    return {
      ok: false,
      why: `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'not as agreed'}`,
    };
  }
  const items = new Map(batch.map((item) => [item.id, item]));
  const memories = new Set(existing.memories.map(({ id }) => id));
  const plan = new Map<string, AgentOperation>();
  for (const each of read.data.operations) {
    const item = items.get(each.item);
    const why =
      item === undefined
        ? `no item of the batch is ${quoted(each.item)}`
        : plan.has(each.item)
          ? `${each.item} has two operations`
          : 'target' in each && !memories.has(each.target)
            ? `no memory that was shown is ${quoted(each.target)}`
            : misplaced(each, item);
    if (why !== null) return { ok: false, why };
    plan.set(each.item, each);
  }
  // A plan that says nothing of a batch is a model that did not do its work; it is never "keep nothing".
  if (plan.size === 0 && batch.length > 0) return { ok: false, why: 'it says nothing of any item' };
  return { ok: true, plan };
}

function misplaced(
  { op }: AgentOperation,
  { id, family, action }: AgentPayload['batch'][number],
): string | null {
  const ofSkill = family === 'skill_action';
  if (ofSkill && op !== 'keep' && op !== 'discard') return `${id} is a skill: it can be kept or discarded`;
  if (!ofSkill && op === 'keep') return `${id} is no skill: "keep" is for skills alone`;
  if (op === 'remove' && action !== 'remove') return `${id} does not ask to remove anything`;
  if (action === 'remove' && op !== 'remove' && op !== 'discard')
    return `${id} asks to remove, which is not ${op}`;
  return null;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
