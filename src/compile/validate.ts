/**
 * The one layer that every proposal passes, whichever backend made it: trust decides what is stored and what waits,
 * what tells of a passing state is not kept, no content is stored twice in a place, nothing a person said is taken away, and memory does not shrink too far.
 */
import { type ItemId, itemId } from '../model/ids.ts';
import type { Memory, NewMemory } from '../model/memory.ts';
import type { ItemEnd, MemoryOperation, Operation } from '../model/plan.ts';
import { isWeaker } from '../model/strength.ts';
import { type Admission, admit, type TrustPolicy } from '../policy/index.ts';
import type { Store } from '../store/store.ts';
import { comparable, isEqual } from '../text/near-duplicate.ts';
import { type Proposal, type Proposed, SUGGESTED_REMOVAL } from './backends/script.ts';
import { contentKey, type Known } from './existing.ts';
import { passingWords } from './passing.ts';
import type { Base, Proof } from './provenance.ts';
import { removalRecord } from './removal.ts';
import type { ShrinkWatch } from './shrink.ts';
import type { RecordRules } from './types.ts';

export type Validated = { readonly operations: readonly Operation[]; readonly ends: readonly ItemEnd[] };

export type ValidationDeps = {
  readonly store: Store;
  readonly policy: TrustPolicy;
  readonly records: RecordRules;
  readonly known: Known;
  readonly shrink: ShrinkWatch;
  /** Of the item that gave a proposal its words. */
  readonly proofOf: (item: string) => Proof | undefined;
  /** Where its item comes from, for a removal that waits. */
  readonly baseOf?: (item: string) => Base | undefined;
};

export async function validate(deps: ValidationDeps, proposed: Proposed): Promise<Validated> {
  const validation = new Validation(deps, proposed.proposals);
  for (const { item, words } of proposed.discarded) validation.discard(item, words);
  for (const proposal of proposed.proposals) await validation.take(proposal);
  return validation.result();
}

type Settled = { operation: Operation; readonly items: string[] };
type Words = Extract<MemoryOperation, { readonly memory: NewMemory }>;

class Validation {
  readonly #deps: ValidationDeps;
  readonly #proposals: readonly Proposal[];
  readonly #settled: Settled[] = [];
  readonly #used = new Set<string>();
  readonly #ends = new Map<string, ItemEnd>();
  /** Contents that this plan stores, by place. */
  readonly #contents = new Map<string, Settled>();

  constructor(deps: ValidationDeps, proposals: readonly Proposal[]) {
    this.#deps = deps;
    this.#proposals = proposals;
  }

  async result(): Promise<Validated> {
    const { shrink, known } = this.#deps;
    const refused = await shrink.refused(
      this.#settled.map(({ operation }) => operation),
      known.byMemoryId,
    );
    const kept = this.#settled.filter(({ operation }) => !refused.has(operation));
    for (const { operation, items } of this.#settled) {
      const words = refused.get(operation);
      if (words !== undefined) for (const item of items) this.discard(item, words);
    }
    return {
      operations: kept.map(({ operation, items }) => attributed(operation, items)),
      ends: [...this.#ends.values()],
    };
  }

  discard(item: string, reason: string): void {
    this.#ends.set(item, { item: itemId(item), state: 'discarded', reason });
  }

  async take({ operation, items }: Proposal): Promise<void> {
    if (!('memory' in operation) && operation.op !== 'forget') return;
    const target = 'target' in operation ? this.#deps.known.byMemoryId(operation.target) : null;
    if ('target' in operation && target?.version !== operation.version) {
      this.#refuse(items, 'the record that it names is not there to be changed');
      return;
    }
    if (operation.op === 'forget') {
      const why = target === null ? null : this.#keeps(target);
      const base = this.#deps.baseOf?.(items.at(-1) ?? '');
      if (why === null) this.#settle(operation, items);
      else if (target === null || base === undefined || operation.reason !== SUGGESTED_REMOVAL)
        this.#refuse(items, why);
      else await this.#propose(removalRecord(target, base, why), target, items);
      return;
    }
    if (operation.op !== 'add' && operation.op !== 'merge' && operation.op !== 'replace') return;
    const proof = this.#deps.proofOf(items.at(-1) ?? '');
    if (proof === undefined) {
      this.#refuse(items, 'nothing is known of where it comes from');
      return;
    }
    const passing = passingWords(operation.memory.content);
    if (passing !== null) {
      this.#refuse(items, passing);
      return;
    }
    await this.#store(operation, target, proof, items);
  }

  async #store(
    operation: Words,
    target: Memory | null,
    proof: Proof,
    items: readonly string[],
  ): Promise<void> {
    const judge = (text: string, replaces: readonly Memory[]): Admission =>
      admit(
        {
          text,
          scope: operation.memory.scope,
          origin: operation.memory.origin,
          readable: proof.readable,
          keepAsked: proof.keepAsked,
          replaces,
          personPresent: false,
        },
        this.#deps.policy,
      );
    const { records, known } = this.#deps;
    const replaces = operation.op === 'replace' && target !== null ? [target] : [];
    const admission = judge(records.text(operation.memory), replaces);
    const memory: NewMemory = { ...operation.memory, ...admission };
    const holder = known.holderOf(memory);
    if (holder !== null && holder.id !== target?.id) {
      await this.#repeat(memory, holder, admission, judge, items);
      return;
    }
    if (operation.op === 'merge' && target !== null) {
      const same = isEqual(comparable(target.content), comparable(memory.content));
      // A wording is never overwritten by one with weaker evidence: it stands beside it.
      const apart = !same && (admission.state === 'waiting' || isWeaker(memory.origin, target.origin));
      this.#add(apart ? { op: 'add', memory } : { ...operation, memory }, items);
      return;
    }
    if (operation.op === 'replace' && admission.state === 'waiting')
      this.#add({ op: 'add', memory, wouldReplace: [operation.target] }, items);
    else this.#add({ ...operation, memory }, items);
  }

  /** What only a person takes away waits for one. */
  async #propose(memory: NewMemory, target: Memory, items: readonly string[]): Promise<void> {
    const { scope, project, contentHash } = memory;
    const waits = await this.#deps.store.memories.byHash(scope, project, contentHash);
    if (waits === null) this.#add({ op: 'add', memory, wouldReplace: [target.id] }, items);
    else this.#settleOnce(waits, { op: 'merge', target: waits.id, version: waits.version, memory }, items);
  }

  /** Another record has this content: it takes the sources over, and is admitted where the evidence is enough now. */
  async #repeat(
    memory: NewMemory,
    holder: Memory,
    admission: Admission,
    judge: (text: string, replaces: readonly Memory[]) => Admission,
    items: readonly string[],
  ): Promise<void> {
    const { store, records } = this.#deps;
    const base = { target: holder.id, version: holder.version };
    if (holder.state === 'waiting' && admission.state === 'active') {
      const again = judge(records.text(holder), await store.memories.wouldReplace(holder.id));
      if (again.state === 'active') {
        const { origin, evidence } = memory;
        this.#settleOnce(holder, { op: 'reconsider', ...base, origin, evidence, ...again }, items);
        return;
      }
    }
    this.#settleOnce(holder, { op: 'merge', ...base, memory: { ...memory, kind: holder.kind } }, items);
  }

  /** A record is changed once in a plan: what else says the same goes with it. */
  #settleOnce(holder: Memory, operation: MemoryOperation, items: readonly string[]): void {
    const before = this.#settled.find(
      ({ operation: other }) => 'target' in other && other.target === holder.id,
    );
    if (before === undefined) this.#settle(operation, items);
    else this.#join(before, items);
  }

  #add(operation: Words, items: readonly string[]): void {
    const key = contentKey(operation.memory);
    const before = this.#contents.get(key);
    if (before !== undefined && operation.op === 'add') {
      this.#join(before, items);
      return;
    }
    const settled = this.#settle(operation, items);
    if (before === undefined) this.#contents.set(key, settled);
  }

  #settle(operation: Operation, items: readonly string[]): Settled {
    const settled = { operation, items: this.#claimed(items) };
    this.#settled.push(settled);
    return settled;
  }

  #join(settled: Settled, items: readonly string[]): void {
    settled.items.unshift(...this.#claimed(items));
  }

  /** The items that no earlier operation has settled. */
  #claimed(items: readonly string[]): string[] {
    const free = items.filter((item) => !this.#used.has(item));
    for (const item of free) {
      this.#used.add(item);
      this.#ends.delete(item);
    }
    return free;
  }

  /** Items that another proposal settles are left to it. */
  #refuse(items: readonly string[], reason: string): void {
    for (const item of items) {
      const others = this.#proposals.filter((proposal) => proposal.items.includes(item));
      if (!this.#used.has(item) && others.length <= 1) this.discard(item, reason);
    }
  }

  /** Why a record is not taken away by a suggestion, or null. */
  #keeps({ origin, approvedAt, short }: Memory): string | null {
    const { policy } = this.#deps;
    if (policy === 'auto') return null;
    const by = approvedAt === null ? 'said' : 'approved';
    if (origin === 'user' || approvedAt !== null)
      return `a person ${by} ${short}: only a person takes it away`;
    return policy === 'manual' ? `the trust policy is manual: only a person takes ${short} away` : null;
  }
}

/** The last item gave the words; the others end as merged into it. */
function attributed(operation: Operation, items: readonly string[]): Operation {
  const ids: ItemId[] = items.map((item) => itemId(item));
  const item = ids.at(-1);
  if (item === undefined) return operation;
  const also = ids.slice(0, -1);
  return { ...operation, item, ...(also.length === 0 ? {} : { also }) };
}
