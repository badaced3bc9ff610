/** Facts, suggestions and plans for the tests of what promotes them. */
import type { LeaseHolder } from '../../src/model/lease.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import type { AppliedOperation, Plan, PlanResult } from '../../src/model/plan.ts';
import type { NewSkill } from '../../src/model/skill.ts';
import type { Store } from '../../src/store/store.ts';
import type { NewEnvelope, NewItem } from '../../src/store/suggestions.ts';
import { agentIn } from '../support/conversation.ts';
import { hashOf, newMemory } from '../support/new-memory.ts';

export const HERE: LeaseHolder = { pid: 1000, startTime: '5', bootId: 'boot', host: 'here' };
export const alive = async () => true;
export const dead = async () => false;
export const unknown = async () => null;

const FROM = {
  project: null,
  client: null,
  session: null,
  externalSession: null,
  turn: null,
  callId: null,
  checkout: null,
  cwd: null,
  branch: null,
  commit: null,
} as const;

export function fact(content: string, changes: Partial<NewMemory> = {}): NewMemory {
  return newMemory(content, { ...FROM, title: content, confidence: 1, ...changes });
}

export function skill(slug: string, content: string, changes: Partial<NewSkill> = {}): NewSkill {
  return {
    ...FROM,
    slug,
    scope: 'user',
    title: slug,
    description: `Use when ${slug} is asked for`,
    content,
    contentHash: hashOf(content),
    state: 'draft',
    reason: null,
    origin: 'agent',
    claim: null,
    evidence: { proven: true, why: '', refs: [] },
    confidence: 1,
    paths: [],
    sources: [],
    revises: null,
    ...changes,
  };
}

export function item(summary: string, changes: Partial<NewItem> = {}): NewItem {
  return {
    family: 'memory_updates',
    index: 0,
    action: 'add',
    scope: 'user',
    summary,
    payload: { content: summary },
    confidence: 1,
    refused: null,
    ...changes,
  };
}

export function envelope(
  owner: string,
  key: string,
  items: readonly NewItem[],
  changes: Partial<NewEnvelope> = {},
): NewEnvelope {
  return {
    ...FROM,
    key: hashOf(key),
    owner,
    surface: 'mcp',
    source: 'submit',
    originCap: null,
    turnKey: null,
    payload: {},
    snapshot: null,
    items,
    ...changes,
  };
}

export async function planFor(
  store: Store,
  operations: Plan['operations'],
  changes: Partial<Plan> = {},
): Promise<Plan> {
  return { kind: 'compile', caller: await agentIn(store, null, null), operations, ...changes };
}

export async function applied(
  store: Store,
  operations: Plan['operations'],
  changes: Partial<Plan> = {},
): Promise<Extract<PlanResult, { status: 'applied' }>> {
  const result = await store.plans.apply(await planFor(store, operations, changes));
  if (result.status !== 'applied') throw new Error(result.why);
  return result;
}

export function first(result: { readonly items: readonly AppliedOperation[] }): AppliedOperation['memory'] {
  const [operation] = result.items;
  if (operation === undefined) throw new Error('no operation was applied');
  return operation.memory;
}

/** A lease of this name that nobody had. */
export async function leased(
  store: Store,
  name = 'compile',
  self = HERE,
): Promise<{ name: string; token: string }> {
  const result = await store.leases.acquire(name, self, alive);
  if (result.status !== 'acquired') throw new Error('held');
  return { name, token: result.token };
}
