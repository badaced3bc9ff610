/**
 * A plan: the list of operations that the one writer applies in one transaction with a receipt. It names the
 * version of each record it read; the store applies all of it or answers `conflict`.
 */
import type { Caller } from './caller.ts';
import type { MemoryId, ReceiptId } from './ids.ts';
import type { Evidence, Memory, NewMemory, Origin } from './memory.ts';

export type Operation =
  /** `wouldReplace`: records that it takes the place of once a person approves it. */
  | { readonly op: 'add'; readonly memory: NewMemory; readonly wouldReplace?: readonly MemoryId[] }
  | {
      readonly op: 'merge';
      readonly target: MemoryId;
      readonly version: number;
      /** The wording that came in; both wordings stay as versions, the newer one shows. */
      readonly memory: NewMemory;
    }
  | {
      readonly op: 'replace';
      readonly target: MemoryId;
      readonly version: number;
      readonly memory: NewMemory;
    }
  | { readonly op: 'forget'; readonly target: MemoryId; readonly version: number; readonly reason: string }
  | { readonly op: 'approve'; readonly target: MemoryId; readonly version: number; readonly how: string }
  | {
      readonly op: 'reject';
      readonly target: MemoryId;
      readonly version: number;
      readonly reason: string;
      readonly how: string;
    }
  | {
      /** The origin decided again, once the transcript shows what it had not shown before. */
      readonly op: 'reconsider';
      readonly target: MemoryId;
      readonly version: number;
      readonly origin: Origin;
      readonly evidence: Evidence;
      readonly state: 'active' | 'waiting';
      readonly reason: string | null;
    };

type PlanKind = 'remember' | 'forget' | 'decide' | 'reconsider';

export type Plan = {
  readonly kind: PlanKind;
  readonly caller: Caller;
  /** Recorded in the same transaction; the same key with other content is an error. */
  readonly onceKey?: string;
  readonly operations: readonly Operation[];
};

export type AppliedOperation = {
  readonly op: Operation['op'];
  readonly outcome:
    | 'added'
    | 'merged'
    | 'replaced'
    | 'removed'
    | 'waiting'
    | 'approved'
    | 'rejected'
    | 'reconsidered';
  readonly memory: Memory;
  /** The record that was superseded by this one. */
  readonly superseded: Memory | null;
};

export type PlanResult =
  | {
      readonly status: 'applied';
      readonly receipt: ReceiptId;
      readonly receiptShort: string;
      readonly items: readonly AppliedOperation[];
    }
  | { readonly status: 'conflict'; readonly why: string };
