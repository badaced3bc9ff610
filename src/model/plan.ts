/**
 * A plan: the list of operations that the one writer applies in one transaction with a receipt. It names the
 * version of each record it read; the store applies all of it or answers `conflict`.
 */
import type { Caller } from './caller.ts';
import type { ItemId, MemoryId, ReceiptId, SkillId } from './ids.ts';
import type { Evidence, Memory, NewMemory, Origin } from './memory.ts';
import type { NewSkill, Skill, SkillText } from './skill.ts';
import type { ItemOutcome } from './suggestion.ts';

/**
 * `item`: the suggestion that it comes from, which ends with the operation's outcome in the same transaction; `also`:
 * others that said the same, which end as merged into it.
 */
export type Operation = (MemoryOperation | SkillOperation) & {
  readonly item?: ItemId;
  readonly also?: readonly ItemId[];
};

export type MemoryOperation =
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
    }
  | {
      /** Its words changed by hand. The other fields stay as they are where they are not given. */
      readonly op: 'edit';
      readonly target: MemoryId;
      readonly version: number;
      readonly title: string;
      readonly content: string;
      readonly contentHash: Uint8Array;
      readonly origin: Origin;
      readonly evidence: Evidence;
    }
  | { readonly op: 'expire'; readonly target: MemoryId; readonly version: number; readonly reason: string }
  | {
      /** Back to what it was before a receipt changed it; what that receipt had made is forgotten. */
      readonly op: 'restore';
      readonly target: MemoryId;
      readonly version: number;
      readonly receipt: ReceiptId;
    };

export type SkillOperation =
  | { readonly op: 'skill_create'; readonly skill: NewSkill }
  | (SkillText & {
      /** `skill_patch`: the text that a patch has resulted in. */
      readonly op: 'skill_edit' | 'skill_patch';
      readonly target: SkillId;
      readonly version: number;
      readonly origin: Origin;
      readonly evidence: Evidence;
      readonly sources: readonly string[];
      /** A person puts these words in force themselves: how they decided. */
      readonly how?: string;
    })
  | {
      /** A person approves a draft. One that revises a skill gives it its words, and is retired. */
      readonly op: 'skill_activate';
      readonly target: SkillId;
      readonly version: number;
      readonly how: string;
    }
  | {
      readonly op: 'skill_retire';
      readonly target: SkillId;
      readonly version: number;
      readonly reason: string;
      /** A person rejects a draft or retires a skill: how they decided. */
      readonly how?: string;
    }
  | {
      readonly op: 'skill_restore';
      readonly target: SkillId;
      readonly version: number;
      readonly receipt: ReceiptId;
    };

export type PlanKind =
  | 'remember'
  | 'forget'
  | 'decide'
  | 'reconsider'
  | 'suggest'
  | 'compile'
  | 'absorb'
  | 'undo'
  | 'expire'
  | 'skills';

/** How an item ends (or goes back into the queue) that no operation speaks of. */
export type ItemEnd = { readonly item: ItemId } & (
  | { readonly state: 'discarded' | 'failed' | 'pending'; readonly reason: string }
  | {
      readonly state: 'done';
      readonly outcome: ItemOutcome;
      /** The id of the record that has it. */
      readonly target: string;
      readonly reason: string | null;
    }
);

/** What a receipt says of the run as a whole. */
export type PlanReport = {
  readonly status: 'success' | 'partial';
  /** `script`, `agent:codex` … */
  readonly backend: string | null;
  /** Where another backend had to do it: which one, and why. */
  readonly fallback: { readonly backend: string; readonly reason: string } | null;
  /** Action statistics; JSON. */
  readonly stats: Readonly<Record<string, unknown>>;
};

export type Plan = {
  readonly kind: PlanKind;
  readonly caller: Caller;
  /** Recorded in the same transaction; the same key with other content is an error. */
  readonly onceKey?: string;
  readonly operations: readonly Operation[];
  /** Verified in the same transaction: without it nothing is applied. */
  readonly lease?: { readonly name: string; readonly token: string };
  /** Items must be claimed under the plan's lease; without one, pending; of an undoing, ended by what it takes back. */
  readonly items?: readonly ItemEnd[];
  readonly report?: PlanReport;
  /** The receipt that this plan takes back. */
  readonly undoes?: ReceiptId;
};

export type AppliedOperation = {
  readonly op: MemoryOperation['op'];
  readonly outcome:
    | 'added'
    | 'merged'
    | 'replaced'
    | 'removed'
    | 'waiting'
    | 'approved'
    | 'rejected'
    | 'reconsidered'
    | 'edited'
    | 'expired'
    | 'restored';
  readonly memory: Memory;
  /** The record that was superseded by this one. */
  readonly superseded: Memory | null;
};

export type AppliedSkill = {
  readonly op: SkillOperation['op'];
  readonly outcome: 'added' | 'waiting' | 'replaced' | 'removed' | 'restored';
  readonly skill: Skill;
};

export type PlanResult =
  | {
      readonly status: 'applied';
      readonly receipt: ReceiptId;
      readonly receiptShort: string;
      /** The operations on memories, in order, and those on skills. */
      readonly items: readonly AppliedOperation[];
      readonly skills: readonly AppliedSkill[];
    }
  /** `leaseLost`: another process works now; planning again is of no use. */
  | { readonly status: 'conflict'; readonly why: string; readonly leaseLost: boolean };
