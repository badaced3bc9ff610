/**
 * Takes a receipt back: every record that it changed is what it was before. Undoing is a plan with a receipt of its
 * own, so that it can be taken back too.
 */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import { memoryId, receiptId, skillId } from '../model/ids.ts';
import type { ItemEnd, Operation } from '../model/plan.ts';
import type { FullReceipt, Receipt, RecordSnapshot } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';
import { applyPlan } from './apply.ts';

export type Undone = {
  /** The receipt that was taken back, and that of the undoing. */
  readonly undone: Receipt;
  readonly receipt: string;
  readonly records: ReadonlyArray<{
    readonly id: string;
    readonly kind: 'memory' | 'skill';
    readonly title: string;
    readonly state: string;
  }>;
  /** Suggestions that count as discarded now (or as done again): the next compile leaves them alone. */
  readonly items: number;
};

type Current = {
  readonly kind: 'memory' | 'skill';
  readonly id: string;
  readonly short: string;
  readonly version: number;
  readonly state: string;
  readonly content: string;
  /** A person said it or approved it. */
  readonly ofPerson: boolean;
  /** What it was before the receipt; null = the receipt had made it. */
  readonly before: RecordSnapshot | null;
};

/** The reason of a suggestion whose receipt was taken back. */
const UNDONE = 'undone';

/**
 * @throws UserInputError when there is no such receipt, when it was undone before, when later receipts changed the
 * same records (they are named), or when it takes a person that is not there.
 */
export async function undoReceipt(store: Store, caller: Caller, target: string): Promise<Undone> {
  let receipt: FullReceipt | undefined;
  let items: readonly ItemEnd[] = [];
  const result = await applyPlan<never>(store, async () => {
    receipt = await findReceipt(store, target);
    await requireUndoable(store, receipt);
    const records = await currentRecords(store, receipt);
    requirePerson(caller, receipt, records);
    items = await itemEnds(store, receipt);
    const operations = records.map((record) => restore(record, receipt?.id ?? record.id));
    return { plan: { kind: 'undo', caller, operations, items, undoes: receipt.id } };
  });
  if ('done' in result || receipt === undefined) throw new TypeError('an undoing is a plan');
  const { applied } = result;
  return {
    undone: receipt,
    receipt: applied.receiptShort,
    records: [
      ...applied.items.map(({ memory: { short, title, state } }) => ({
        id: short,
        kind: 'memory' as const,
        title,
        state,
      })),
      ...applied.skills.map(({ skill: { short, title, state } }) => ({
        id: short,
        kind: 'skill' as const,
        title,
        state,
      })),
    ],
    items: items.length,
  };
}

async function findReceipt(store: Store, target: string): Promise<FullReceipt> {
  const [found, ...more] = await store.receipts.find(target);
  if (found === undefined) {
    throw new UserInputError({
      what: `There is no receipt ${target}`,
      next: 'See `midturn undo` for the latest ones',
    });
  }
  if (more.length > 0) {
    throw new UserInputError({
      what: `${target} names several receipts`,
      why: [found, ...more].map(({ short }) => short).join(', '),
      next: 'Give one of these',
    });
  }
  const receipt = await store.receipts.get(found.id);
  if (receipt === null) throw new TypeError('a receipt that was found is there');
  return receipt;
}

async function requireUndoable(store: Store, receipt: FullReceipt): Promise<void> {
  if (receipt.undoneBy !== null) {
    const by = await store.receipts.get(receipt.undoneBy);
    throw new UserInputError({
      what: `${receipt.short} was undone before`,
      ...(by === null ? {} : { why: `by ${by.short}`, next: `\`midturn undo ${by.short}\` takes that back` }),
    });
  }
  if (receipt.changes.length === 0 && receipt.items.length === 0) {
    throw new UserInputError({ what: `${receipt.short} changed nothing that could be put back` });
  }
  if (receipt.changes.some(({ before, after }) => isErased(after) || (before !== null && isErased(before)))) {
    throw new UserInputError({
      what: `${receipt.short} cannot be undone`,
      why: 'words that it would bring back were erased for good',
    });
  }
  const later = await store.receipts.dependents(receipt.id);
  if (later.length === 0) return;
  const named: string[] = [];
  for (const { receipt: other, records } of later) {
    const shorts = await Promise.all(records.map((record) => shortOf(store, record)));
    named.push(`${other.short} (${other.kind}) changed ${shorts.join(', ')}`);
  }
  throw new UserInputError({
    what: `${receipt.short} cannot be undone alone`,
    why: `what it changed was changed again since: ${named.join('; ')}`,
    next: `Undo the later ones first, the newest before the others: midturn undo ${later.at(-1)?.receipt.short ?? ''}`,
  });
}

async function currentRecords(store: Store, receipt: FullReceipt): Promise<Current[]> {
  const records: Current[] = [];
  const seen = new Set<string>();
  for (const { kind, record, before } of receipt.changes) {
    // Of several changes of one record, the first says what it was before the receipt.
    if (seen.has(record)) continue;
    seen.add(record);
    const stored =
      kind === 'memory'
        ? await store.memories.get(memoryId(record))
        : await store.skills.get(skillId(record));
    if (stored === null) throw new TypeError(`a record that was changed is there: ${record}`);
    const { short, version, state, content, origin, approvedAt } = stored;
    records.push({
      kind,
      id: record,
      short,
      version,
      state,
      content,
      ofPerson: origin === 'user' || approvedAt !== null,
      before,
    });
  }
  return order(records);
}

/** What loses its words or its force goes first: its place is free for others then. */
function order(records: readonly Current[]): Current[] {
  const comesBack = ({ before }: Current): boolean => isLive(before?.state);
  return [...records.filter((each) => !comesBack(each)).reverse(), ...records.filter(comesBack).reverse()];
}

function restore(record: Current, receipt: string): Operation {
  const { kind, version } = record;
  const at = { version, receipt: receiptId(receipt) };
  return kind === 'memory'
    ? { op: 'restore', target: memoryId(record.id), ...at }
    : { op: 'skill_restore', target: skillId(record.id), ...at };
}

/** No agent takes back what a person said or decided, and none brings into force what a person has not. */
function requirePerson(caller: Caller, receipt: FullReceipt, records: readonly Current[]): void {
  if (caller.personPresent) return;
  const decided =
    receipt.kind === 'decide' ||
    receipt.kind === 'forget' ||
    (receipt.kind === 'undo' && ofTerminal(receipt));
  const held = records.filter(({ ofPerson, state, content, before }) => {
    const loses = ofPerson && isLive(state) && (before?.state !== state || before?.content !== content);
    return loses || (decided && isInForce(before?.state) && !isInForce(state));
  });
  if (held.length === 0) return;
  throw new UserInputError({
    what: `Undoing ${receipt.short} needs a person`,
    why: `it would undo what a person said or decided: ${held.map(({ short }) => short).join(', ')}`,
    next: `Run \`midturn undo ${receipt.short}\` in a terminal of your own`,
  });
}

/** What an agent did, in a client or at a command line that it drives, names the agent. */
function ofTerminal({ surface, client }: FullReceipt): boolean {
  return surface === 'cli' && client === null;
}

/**
 * Suggestions that the receipt had ended count as discarded, so that the next compile does not do them again; those
 * that an undoing had discarded are what they were before, when it is taken back itself.
 */
async function itemEnds(store: Store, receipt: FullReceipt): Promise<ItemEnd[]> {
  if (receipt.undoes === null) {
    return receipt.items
      .filter(({ state }) => state === 'done')
      .map(({ item }) => ({ item, state: 'discarded', reason: UNDONE }));
  }
  const first = await store.receipts.get(receipt.undoes);
  const mine = new Set(receipt.items.map(({ item }) => item));
  return (first?.items ?? []).flatMap(({ item, state, outcome, reason }): ItemEnd[] => {
    if (!mine.has(item)) return [];
    if (state === 'discarded') return [{ item, state, reason: reason ?? UNDONE }];
    const target = first?.operations.findLast((operation) => operation.item === item)?.record;
    if (state !== 'done' || outcome === null || target === undefined) return [];
    return [{ item, state, outcome, target, reason }];
  });
}

async function shortOf(store: Store, record: string): Promise<string> {
  const memory = await store.memories.get(memoryId(record));
  if (memory !== null) return memory.short;
  return (await store.skills.get(skillId(record)))?.short ?? record;
}

function isErased(snapshot: RecordSnapshot): boolean {
  return Object.keys(snapshot).length === 0;
}

function isLive(state: unknown): boolean {
  return state === 'active' || state === 'waiting' || state === 'draft';
}

function isInForce(state: unknown): boolean {
  return state === 'active';
}
