/** What the parts of midturn have noted about themselves, the store's counts, and its integrity. */
import type { Memory } from '../model/memory.ts';
import type { Message } from '../model/message.ts';

export type Note = {
  readonly at: number;
  readonly error: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
};

type StoreCounts = {
  readonly projects: number;
  readonly sessions: number;
  readonly messages: number;
  readonly memories: Readonly<Record<string, number>>;
  readonly waiting: number;
  readonly bytes: number;
};

export type Finding = {
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly words: string;
  readonly fix?: string;
};

/** How a stored record becomes index terms; the same functions serve the first indexing and a rebuild. */
export type IndexTerms = {
  readonly message: (message: Message) => readonly string[];
  readonly memory: (memory: Memory) => readonly string[];
};

export interface HealthPort {
  counts(): Promise<StoreCounts>;
  /** True when a newer midturn has upgraded the store while this process had it open: it writes nothing any more. */
  outdated(): Promise<boolean>;
  /** The newest note of a kind (`capture`, `review`, `compile`, `migration` …), or null. */
  note(kind: string): Promise<Note | null>;
  setNote(kind: string, note: Note): Promise<void>;
  /** As `setNote`; false when another process holds the lock: nothing was noted, nothing was waited for. */
  tryNote(kind: string, note: Note): Promise<boolean>;
  /** Adds to named counters: what was not fatal is counted, not swallowed. */
  count(counters: Readonly<Record<string, number>>): Promise<void>;
  counters(): Promise<Readonly<Record<string, number>>>;
  /** Integrity of the file and of every derived structure against what it is derived from. */
  check(terms: IndexTerms): Promise<readonly Finding[]>;
  /** Rebuilds every derived structure from the truth; returns the number of documents indexed. */
  rebuild(terms: IndexTerms): Promise<number>;
}
