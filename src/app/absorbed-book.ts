/**
 * What was taken over from files as a person's own words, so that it can be decided again: a transcript that is
 * captured later may show an agent's call that had the file in its hands before then.
 */
import * as z from 'zod';
import { HAND_CLAIM } from '../compile/index.ts';
import { prepare } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import { memoryId } from '../model/ids.ts';
import {
  type Evidence,
  FROM_NO_SESSION,
  IN_NO_CHECKOUT,
  type Memory,
  type NewMemory,
} from '../model/memory.ts';
import type { MemoryOperation } from '../model/plan.ts';
import type { Clock } from '../model/time.ts';
import { touchedByTool } from '../policy/index.ts';
import type { FullReceipt, ReceiptChange } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';

const taken = z.object({
  /** The receipt of the absorption, whole. */
  receipt: z.string(),
  /** When the files had been rendered before, and when they were read; epoch ms. */
  since: z.number().nullable(),
  until: z.number(),
  /** Absolute. */
  paths: z.array(z.string()),
});
type Taken = z.infer<typeof taken>;

const NOTE = 'absorbed';
const KEPT = 20;
const KEPT_MS = 7 * 24 * 3_600_000;

export async function noteAbsorbed(store: Store, now: Clock, entry: Taken): Promise<void> {
  await keep(store, now, [...(await known(store, now)), entry].slice(-KEPT));
}

/** Answers how many receipts were decided again. */
export async function reconsiderAbsorbed(store: Store, now: Clock, caller: Caller): Promise<number> {
  const entries = await known(store, now);
  const decided: Taken[] = [];
  for (const entry of entries) {
    let path: string | undefined;
    for (const each of entry.paths) {
      if (path === undefined && (await touchedByTool(store, each, entry.since, entry.until))) path = each;
    }
    if (path !== undefined && (await decideAgain(store, caller, entry, path))) decided.push(entry);
  }
  if (decided.length > 0) {
    const receipts = new Set(decided.map(({ receipt }) => receipt));
    await keep(
      store,
      now,
      (await known(store, now)).filter(({ receipt }) => !receipts.has(receipt)),
    );
  }
  return decided.length;
}

async function known(store: Store, now: Clock): Promise<Taken[]> {
  const note = await store.health.note(NOTE);
  const read = z.array(taken).safeParse(note?.detail.list);
  return read.success ? read.data.filter(({ until }) => now() - until < KEPT_MS) : [];
}

async function keep(store: Store, now: Clock, list: readonly Taken[]): Promise<void> {
  await store.health.setNote(NOTE, { at: now(), error: null, detail: { list } });
}

/** False where somebody else changed the records meanwhile: the next capture looks again. */
async function decideAgain(store: Store, caller: Caller, entry: Taken, path: string): Promise<boolean> {
  const [found] = await store.receipts.find(entry.receipt);
  const receipt = found === undefined ? null : await store.receipts.get(found.id);
  if (receipt === null || receipt.undoneBy !== null) return true;
  const file = path.split(/[\\/]/).at(-1) ?? path;
  const operations: MemoryOperation[] = [];
  for (const change of lastChanges(receipt)) {
    const memory = await store.memories.get(memoryId(change.record));
    if (memory !== null) operations.push(...again(memory, change, receipt, file));
  }
  if (operations.length === 0) return true;
  const result = await store.plans.apply({ kind: 'reconsider', caller, operations });
  return result.status === 'applied';
}

/** Of each record what it was before the receipt, and what it was after it. */
function lastChanges({ changes }: FullReceipt): readonly ReceiptChange[] {
  const byRecord = new Map<string, ReceiptChange>();
  for (const change of changes) {
    if (change.kind !== 'memory') continue;
    const first = byRecord.get(change.record) ?? change;
    byRecord.set(change.record, { ...change, before: first.before, fromVersion: first.fromVersion });
  }
  return [...byRecord.values()];
}

function again(
  memory: Memory,
  { before, after, toVersion }: ReceiptChange,
  { id }: FullReceipt,
  file: string,
): readonly MemoryOperation[] {
  const restore: MemoryOperation = { op: 'restore', target: memory.id, version: memory.version, receipt: id };
  if (memory.state === 'forgotten') return before !== null && memory.version === toVersion ? [restore] : [];
  const isTheirs = memory.state === 'active' && memory.origin === 'user' && memory.approvedAt === null;
  if (!isTheirs || (before !== null && memory.content !== after.content)) return [];
  const reason = `${file} was edited while an agent worked on it`;
  const evidence: Evidence = { proven: true, why: `a tool call names ${file}`, refs: [] };
  if (before === null || memory.version !== toVersion) {
    const { version } = memory;
    return [
      { op: 'reconsider', target: memory.id, version, origin: 'agent', evidence, state: 'waiting', reason },
    ];
  }
  return [restore, { op: 'add', memory: proposal(memory, evidence, reason), wouldReplace: [memory.id] }];
}

/** The words that were in force wait in their place. */
function proposal(memory: Memory, evidence: Evidence, reason: string): NewMemory {
  const { kind, scope, project, title, content, tags, aliases, paths } = memory;
  return {
    ...{ kind, scope, project, title, content, tags, aliases, paths, evidence, reason },
    contentHash: prepare({ title, content }, content.length).contentHash,
    origin: 'agent',
    claim: HAND_CLAIM,
    confidence: 0.5,
    state: 'waiting',
    ...FROM_NO_SESSION,
    ...IN_NO_CHECKOUT,
    validFrom: memory.validFrom,
    validTo: null,
  };
}
