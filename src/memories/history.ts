/** The history of a memory: its versions with who made each and what changed in it, and what it took the place of. */
import { receiptId } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { MemoryVersion } from '../store/memories.ts';
import type { Receipt } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';
import { type DiffLine, diffLines } from '../text/line-diff.ts';

export type HistoryEntry = MemoryVersion & {
  /** Who did it: null for what is older than receipts. */
  readonly by: Receipt | null;
  /** Against the version before it; empty where the words stayed, and for the first one. */
  readonly diff: readonly DiffLine[];
};

export type MemoryHistory = {
  readonly memory: Memory;
  /** Oldest first. */
  readonly versions: readonly HistoryEntry[];
  /** What it took the place of, and what those had, the nearest first. */
  readonly replaced: readonly Memory[];
  /** What took its place, and the place of those, the nearest first. */
  readonly replacedBy: readonly Memory[];
};

/** Longer chains are cut: they are read one by one. */
const CHAIN = 50;

export async function historyOf(store: Store, memory: Memory): Promise<MemoryHistory> {
  const versions = [...(await store.memories.versions(memory.id))].reverse();
  const entries: HistoryEntry[] = [];
  let before: MemoryVersion | null = null;
  for (const version of versions) {
    entries.push({
      ...version,
      by: await store.receipts.get(receiptId(version.receipt)),
      diff: before === null || sameWords(before, version) ? [] : diffLines(words(before), words(version)),
    });
    before = version;
  }
  return {
    memory,
    versions: entries,
    replaced: await chain(memory, async ({ replaces }) => {
      const found = await Promise.all(replaces.map((short) => store.memories.find(short)));
      return found.flat();
    }),
    replacedBy: await chain(memory, ({ id }) => store.memories.replacedBy(id)),
  };
}

/** Follows links breadth first; each record once. */
async function chain(from: Memory, next: (memory: Memory) => Promise<readonly Memory[]>): Promise<Memory[]> {
  const seen = new Set<string>([from.id]);
  const found: Memory[] = [];
  for (let open: readonly Memory[] = [from]; open.length > 0 && found.length < CHAIN; ) {
    const following = (await Promise.all(open.map(next))).flat().filter(({ id }) => !seen.has(id));
    for (const memory of following) seen.add(memory.id);
    found.push(...following);
    open = following;
  }
  return found.slice(0, CHAIN);
}

function words({ title, content }: MemoryVersion): string {
  // A title that is the beginning of the content says nothing of its own.
  return content.startsWith(title) ? content : `${title}\n${content}`;
}

function sameWords(a: MemoryVersion, b: MemoryVersion): boolean {
  return a.title === b.title && a.content === b.content;
}
