/**
 * Search by terms, never by an engine's query syntax. The store keeps document frequencies and token streams;
 * ranking stands above it and sees term numbers only.
 */
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { Role } from '../model/message.ts';
import type { KnownName } from '../text/asked-author.ts';
import type { CueBits } from '../text/cues.ts';
import type { DateRange } from '../text/dates.ts';
import type { ExcludedTurn } from './sessions.ts';

/** A query term as the store knows it. `number` is null for a term that the store has never seen. */
export type KnownTerm = {
  readonly term: string;
  readonly number: number | null;
  readonly documents: number;
  /** What reading it costs, where others hold it too: for a caller who may see some projects only. Default: `documents`. */
  readonly postings?: number;
};

export type Corpus = {
  /** Documents in the whole index. */
  readonly documents: number;
  /** Mean length of a document in terms. */
  readonly averageLength: number;
  readonly terms: readonly KnownTerm[];
};

export type MessageFilter = {
  readonly projects: readonly ProjectId[] | null;
  readonly session?: SessionId;
  readonly role?: Role;
  readonly client?: string;
  readonly since?: number;
  readonly until?: number;
  /** The current turn is never a hit. */
  readonly exclude?: readonly ExcludedTurn[];
};

/** A candidate; `place` orders it in its session. */
export type Candidate = { readonly row: number; readonly session: number; readonly place: number };

/** What ranking reads of a document: its term numbers in order. */
export type Stream = Candidate & {
  readonly terms: Uint32Array;
  readonly at: number | null;
  /** What its text is like, as it was when it was indexed. */
  readonly cues: CueBits;
  /** Who wrote it; 0 = not known. */
  readonly author: number;
};

export interface SearchPort {
  corpus(of: 'messages' | 'memories', terms: readonly string[]): Promise<Corpus>;
  /** Terms of messages that begin so, at most `longest` characters long, themselves included; a bounded look-up. */
  beginning(prefix: string, longest: number): Promise<readonly KnownTerm[]>;
  /**
   * Documents that hold any of the terms, best first by the engine's own order. The postings of the rarest terms
   * are read first, up to `budget` of them in all.
   */
  messages(
    terms: readonly KnownTerm[],
    filter: MessageFilter,
    budget: number,
    limit: number,
  ): Promise<readonly Candidate[]>;
  /** Messages of turns that began in these ranges, oldest first. */
  dated(ranges: readonly DateRange[], filter: MessageFilter, limit: number): Promise<readonly Candidate[]>;
  /** The authors whose name holds one of these words, given in small letters, or begins with it if only one's does. */
  authors(words: readonly string[]): Promise<readonly KnownName[]>;
  /** The years from the store's first session to its last. */
  years(): Promise<readonly number[]>;
  /** The streams of the candidates' neighbours within `radius` places, themselves included. */
  neighbours(candidates: readonly Candidate[], radius: number): Promise<readonly Stream[]>;
}
