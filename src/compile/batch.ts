/** One batch of claimed items, from what was suggested to a plan. Reads the store afresh each time. */
import type { Caller } from '../model/caller.ts';
import { MidturnError, messageOf, StoreError } from '../model/errors.ts';
import { type ItemId, itemId } from '../model/ids.ts';
import type { NewMemory } from '../model/memory.ts';
import type { ItemEnd, Operation } from '../model/plan.ts';
import { isWeaker } from '../model/strength.ts';
import { type SuggestionItem, suggestionItem } from '../model/suggestion.ts';
import type { Envelope, Item } from '../store/suggestions.ts';
import { storeWithin } from '../store/within.ts';
import { decided } from './backends/agent-decision.ts';
import type { AgentPlan } from './backends/agent-plan.ts';
import { propose } from './backends/script.ts';
import { lookUp, type Sought } from './existing.ts';
import { type Base, type Proof, Provenance } from './provenance.ts';
import type { ShrinkWatch } from './shrink.ts';
import type { CompileDeps, SkillClaim } from './types.ts';
import { type Validated, type ValidationDeps, validate } from './validate.ts';

export type BatchPlan = {
  readonly operations: readonly Operation[];
  readonly ends: readonly ItemEnd[];
};

/** `base`: what a record of the item would say of where it comes from. */
type Read = Sought & {
  readonly proof: Proof | null;
  readonly base: Base | null;
  /** The record that an agent wants it merged into, by id. */
  readonly into: string | null;
};

/** An item as it is to be kept: `sent` are its words before an agent joined them with others. */
type Kept = {
  readonly fields: SuggestionItem;
  readonly sent: string | null;
  readonly into: string | null;
};

/** What an agent has decided of the batch. */
export type Decisions = { readonly by: string; readonly plan: AgentPlan };

/** Longest content as it lies in the queue: it was bounded when it came in. */
const CONTENT_LIMIT = 16_384;

export async function planBatch(
  deps: CompileDeps,
  caller: Caller,
  items: readonly Item[],
  shrink: ShrinkWatch,
  decisions: Decisions | null = null,
): Promise<BatchPlan> {
  const reader = new BatchReader(
    deps,
    caller,
    decisions,
    await deps.store.suggestions.byIds(items.map((item) => item.envelope)),
  );
  for (const item of items) await reader.take(item);
  const { store, policy, records } = deps;
  const { read, ends, skills } = reader;
  const known = await lookUp(store, caller.owner, read);
  const proofs = new Map(read.map(({ id, proof }) => [id, proof ?? undefined]));
  const bases = new Map(read.map(({ id, base }) => [id, base ?? undefined]));
  const deciding = {
    ...{ store, policy, records, known, shrink },
    proofOf: (item: string) => proofs.get(item),
    baseOf: (item: string) => bases.get(item),
  };
  const validated = await settled(deciding, read);
  const done = new Set(validated.operations.flatMap(({ item, also = [] }) => [item, ...also]));
  const ofSkills = await planSkills(deps, caller, skills, done);
  const all = [...validated.operations, ...ofSkills.operations];
  return complete(items, all, [...ends, ...validated.ends, ...ofSkills.ends]);
}

/** An item that is refused makes no other give way: what gave way to one is proposed again without it. */
async function settled(deps: ValidationDeps, read: readonly Read[]): Promise<Validated> {
  const refused = new Map<string, ItemEnd>();
  for (;;) {
    const claimed = read.filter(({ id }) => !refused.has(id));
    const proposed = propose(
      claimed.map(({ id, item, memory, into }) => {
        const target = into === null ? null : deps.known.existing.byId(into);
        return { id, item, memory, ...(target === null ? {} : { into: target }) };
      }),
      deps.known.existing,
    );
    const validated = await validate(deps, proposed);
    const given = new Set(proposed.discarded.map(({ item }) => item));
    const overtakers = new Set(proposed.discarded.map(({ by }) => by));
    const over = validated.ends.filter(
      ({ item, state }) => state === 'discarded' && overtakers.has(item) && !given.has(item),
    );
    if (over.length === 0) return { ...validated, ends: [...refused.values(), ...validated.ends] };
    for (const end of over) refused.set(end.item, end);
  }
}

class BatchReader {
  readonly read: Read[] = [];
  readonly ends: ItemEnd[] = [];
  readonly skills: SkillClaim[] = [];
  readonly #deps: CompileDeps;
  readonly #caller: Caller;
  readonly #decisions: Decisions | null;
  readonly #envelopes: ReadonlyMap<string, Envelope>;
  readonly #provenance = new Map<string, Provenance>();

  constructor(
    deps: CompileDeps,
    caller: Caller,
    decisions: Decisions | null,
    envelopes: ReadonlyMap<string, Envelope>,
  ) {
    this.#deps = deps;
    this.#caller = caller;
    this.#decisions = decisions;
    this.#envelopes = envelopes;
  }

  /** What is wrong with one item is that item's end, and nobody else's. */
  async take(item: Item): Promise<void> {
    try {
      await this.#take(item);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const isWrong = error instanceof MidturnError;
      // What was not foreseen may pass: it goes back into the queue, and has failed after three times.
      this.ends.push({ item: item.id, state: isWrong ? 'discarded' : 'pending', reason: messageOf(error) });
    }
  }

  async #take(item: Item): Promise<void> {
    const envelope = this.#envelopes.get(item.envelope);
    const fields = suggestionItem.safeParse(item.payload);
    if (envelope === undefined || !fields.success) {
      this.ends.push({ item: item.id, state: 'failed', reason: 'what is stored of it cannot be read' });
      return;
    }
    const refusal = this.#refusal(envelope, fields.data);
    if (refusal !== null) {
      this.ends.push({ item: item.id, state: 'discarded', reason: refusal });
      return;
    }
    const choice = decided(
      fields.data,
      this.#decisions?.plan.get(item.short),
      this.#decisions?.by ?? 'script',
    );
    if (choice.kind === 'discard')
      this.ends.push({ item: item.id, state: 'discarded', reason: choice.reason });
    else
      await this.#keep(item, envelope, { fields: choice.item, sent: fields.data.content, into: choice.into });
  }

  #refusal({ owner, project }: Envelope, { scope }: SuggestionItem): string | null {
    if (owner !== this.#caller.owner) return 'it belongs to another owner';
    if (scope === 'user') return null;
    if (project === null) return 'there is no project to keep it for';
    return this.#caller.project?.ids.includes(project) === true ? null : 'it belongs to another project';
  }

  async #keep(item: Item, envelope: Envelope, { fields, sent, into }: Kept): Promise<void> {
    const { records } = this.#deps;
    const at = {
      id: item.id,
      item: fields,
      project: envelope.project,
      projects: this.#caller.project?.ids ?? [],
      into,
    };
    if (fields.family === 'skill_action') {
      const words = [fields.title, fields.description, fields.content]
        .filter((text) => text !== null)
        .join('\n');
      const provenance = await this.#of(envelope);
      const proof = await provenance.proofOf(envelope, words);
      const from = provenance.base(envelope, proof, fields.confidence, fields.paths);
      this.skills.push({ id: item.id, item: fields, from, isFromAfar: isFromAfar(envelope) });
      return;
    }
    if (fields.content === null) {
      const provenance = await this.#of(envelope);
      const proof = await provenance.proofOf(envelope, 'target' in fields ? (fields.target ?? '') : '');
      const base = provenance.base(envelope, proof, fields.confidence, fields.paths);
      this.read.push({ ...at, memory: null, proof, base });
      return;
    }
    const { redacted: _, ...prepared } = records.prepare(
      {
        content: fields.content,
        ...(fields.summary === null ? {} : { title: fields.summary }),
        tags: fields.tags,
        aliases: fields.aliases,
      },
      CONTENT_LIMIT,
    );
    const { title, content, contentHash, tags, aliases } = prepared;
    const proof = await this.#proofOf(envelope, content, sent === fields.content ? null : sent);
    const base = (await this.#of(envelope)).base(envelope, proof, fields.confidence, fields.paths);
    const memory: NewMemory = {
      ...base,
      kind: fields.family === 'recall_candidate' ? 'recall' : 'memory',
      scope: fields.scope,
      project: fields.scope === 'user' ? null : envelope.project,
      title,
      content,
      contentHash,
      tags,
      aliases,
      state: 'active',
      reason: null,
    };
    this.read.push({ ...at, memory, proof, base });
    const candidate = this.#deps.skills?.candidate(fields) ?? null;
    if (candidate !== null)
      this.skills.push({ id: item.id, item: candidate, from: base, isFromAfar: isFromAfar(envelope) });
  }

  /**
   * What came over the network names its session itself: no words of another project speak for it, whoever compiles.
   */
  async #of(envelope: Envelope): Promise<Provenance> {
    const key = isFromAfar(envelope) ? (envelope.project ?? 'none') : '';
    const known = this.#provenance.get(key);
    if (known !== undefined) return known;
    const { store, now } = this.#deps;
    const own = this.#caller.project?.ids ?? [];
    const reach = envelope.project !== null && own.includes(envelope.project) ? own : [];
    const made = new Provenance(key === '' ? store : await storeWithin(store, { reach }), now());
    this.#provenance.set(key, made);
    return made;
  }

  /** New words make nothing stronger: what a tool said stays what a tool said, however an agent puts it. */
  async #proofOf(envelope: Envelope, content: string, sent: string | null): Promise<Proof> {
    const provenance = await this.#of(envelope);
    const proof = await provenance.proofOf(envelope, content);
    if (sent === null) return proof;
    const before = await provenance.proofOf(envelope, sent);
    return isWeaker(before.origin, proof.origin) ? before : proof;
  }
}

/** @param settled items of facts: a skill that a fact brought along is an operation without an item of its own. */
async function planSkills(
  { skills }: CompileDeps,
  caller: Caller,
  claims: readonly SkillClaim[],
  settled: ReadonlySet<ItemId | undefined>,
): Promise<BatchPlan> {
  if (claims.length === 0) return { operations: [], ends: [] };
  const own = new Set(claims.map(({ id }) => id));
  if (skills === null) {
    const reason = 'this midturn keeps no skills';
    return { operations: [], ends: [...own].map((item) => ({ item, state: 'discarded', reason })) };
  }
  const planned = await skills.plan(caller, claims);
  return {
    operations: planned.operations.map(({ item, ...operation }) =>
      settled.has(item) ? operation : { ...operation, item },
    ),
    ends: planned.discarded
      .filter(({ item }) => !settled.has(item))
      .map(({ item, state, words }) => ({ item, state, reason: words })),
  };
}

function isFromAfar({ token }: Envelope): boolean {
  return token !== null && token !== undefined;
}

/** Every claimed item ends: what nothing speaks of would stay in the queue for ever. */
function complete(
  items: readonly Item[],
  operations: readonly Operation[],
  ends: readonly ItemEnd[],
): BatchPlan {
  const done = new Set(
    operations.flatMap(({ item, also = [] }) => (item === undefined ? [] : [item, ...also])),
  );
  const byItem = new Map(ends.filter(({ item }) => !done.has(item)).map((end) => [end.item, end]));
  for (const { id } of items) {
    if (!done.has(id) && !byItem.has(id))
      byItem.set(itemId(id), { item: id, state: 'discarded', reason: 'nothing came of it' });
  }
  return { operations, ends: [...byItem.values()] };
}
