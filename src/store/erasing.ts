/**
 * Forgetting and erasing what was captured and what was made of it. Hiding is one transaction; overwriting goes in
 * slices, each of which may be the last one that a killed process has done.
 */
import type { MemoryId, ProjectId, SessionId, SkillId } from '../model/ids.ts';

export type ForgetTarget =
  | { readonly kind: 'memory'; readonly id: MemoryId }
  | { readonly kind: 'message'; readonly session: SessionId; readonly number: number }
  | { readonly kind: 'session'; readonly session: SessionId }
  | { readonly kind: 'project'; readonly project: ProjectId };

/** What holds the words of a target, or was made of them. */
export type Holders = {
  /** Messages of the target itself. */
  readonly messages: number;
  /** Copies of these, and what they are copies of, in other sessions: refs. */
  readonly copies: readonly string[];
  /** Records that are the target, cite it, were made in it, or hold its words. */
  readonly memories: readonly MemoryId[];
  readonly skills: readonly SkillId[];
  readonly versions: number;
  readonly receipts: number;
  readonly envelopes: number;
  readonly items: number;
  /** Rendered files that show one of the records, relative to the home. */
  readonly projections: readonly string[];
  /** Of a memory: messages that it cites, which keep their words. */
  readonly cited: readonly string[];
  /** Transcripts that the messages were read from: the clients' own. */
  readonly transcripts: readonly string[];
};

export type Purged = 'purged' | 'erased';

/** Words that are to go, as they lie in files: for a search of their bytes. */
export type HeldWords = {
  readonly texts: readonly string[];
  /** As they lie deflated. */
  readonly blobs: readonly Uint8Array[];
};

export interface ErasingPort {
  /** `probes`: pieces of the target's words; what holds one is a holder too. */
  holders(target: ForgetTarget, probes: readonly string[]): Promise<Holders>;
  /** The words of a target and, with `derived`, of what was made of it. */
  words(target: ForgetTarget, holders: Holders | null): Promise<HeldWords>;
  /**
   * Hides the messages of the target from everything, with a tombstone: `purged`, or `erased` with copies wherever
   * they are. The text of a purged original passes on to a copy that stays. Returns how many messages were hidden.
   */
  hide(target: ForgetTarget, state: Purged, reason: string): Promise<number>;
  /** Marks records, suggestions and envelopes whose words are to go; what still waits of them is discarded. */
  condemn(target: ForgetTarget, holders: Holders, probes: readonly string[]): Promise<void>;
  /** Overwrites a slice of what is marked; false when nothing was left. */
  overwrite(): Promise<boolean>;
  /**
   * Blanks what is kept beside records and holds a probe: notes, reasons, names of sessions, what a reader of a
   * transcript remembers (that one is read from its start again).
   */
  scrub(probes: readonly string[]): Promise<void>;
  /**
   * Empties the journal into the file. `rewrite`: the file is written anew, so that nothing is left between its
   * records. False while another process reads.
   */
  settle(rewrite: boolean): Promise<boolean>;
  /** Records and messages that still hold one of the probes: `m_4f9k2c`, `k3f9a2/17` … at most 20. */
  stillHeld(probes: readonly string[]): Promise<readonly string[]>;
}
