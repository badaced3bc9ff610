/**
 * What a caller who is bound to projects may see: the questions that the bounded view of a store (`within.ts`) asks
 * beside the ordinary ports. A message belongs to its own project, or to its session's where it has none.
 */
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { MemoryState } from '../model/memory.ts';
import type { Corpus, KnownTerm } from './search.ts';

export type Projects = readonly ProjectId[];

/** How much of a session lies within the projects. */
export type Span = {
  /** Nothing of it lies outside of them, whatever its own project is. */
  readonly whole: boolean;
  /** Whether its own project is one of them. */
  readonly own: boolean;
  /** The highest number of a message within. */
  readonly last: number;
  /** Turns in force that hold a message within. */
  readonly turns: number;
  /** Epoch ms of the first and the last message within. */
  readonly from: number | null;
  readonly until: number | null;
};

export interface ReachPort {
  /** Those of these messages (by row) that lie within. */
  messages(rows: readonly number[], projects: Projects): Promise<ReadonlySet<number>>;
  /** Those of these refs (`k3f9a2/17`) whose message lies within. */
  refs(refs: readonly string[], projects: Projects): Promise<ReadonlySet<string>>;
  /** Those of these memories that are the owner's own or lie within, by id and by short form (`m_4f9k2c`). */
  memories(ids: readonly string[], projects: Projects): Promise<ReadonlySet<string>>;
  /** Of a captured session; null = it is not captured, or nothing of it lies within. */
  span(session: SessionId, projects: Projects): Promise<Span | null>;
  /** Sessions of which something lies within, whose short form, id or client id begins with the text; at most 5. */
  sessions(text: string, projects: Projects): Promise<readonly SessionId[]>;
  /**
   * As of a store that holds nothing else: terms that only others hold are unknown. Of a term with more postings than
   * are looked through, the frequency is estimated.
   */
  corpus(of: 'messages' | 'memories', terms: readonly string[], projects: Projects): Promise<Corpus>;
  /** Terms of messages within that begin so. */
  beginning(prefix: string, longest: number, projects: Projects): Promise<readonly KnownTerm[]>;
  /** The years from the first session within to the last. */
  years(projects: Projects): Promise<readonly number[]>;
  /** Memories that are the owner's own or lie within, by state. */
  counts(projects: Projects): Promise<Readonly<Partial<Record<MemoryState, number>>>>;
}
