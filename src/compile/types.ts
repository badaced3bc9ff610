/** What submitting and compiling take, give, and stand on. */
import type { Backend } from '../model/backend.ts';
import type { Caller, CallerProject } from '../model/caller.ts';
import { StoreError } from '../model/errors.ts';
import type { ItemId } from '../model/ids.ts';
import type { LeaseHolder } from '../model/lease.ts';
import type { Memory, NewMemory, SourcePath } from '../model/memory.ts';
import type { Plan, SkillOperation } from '../model/plan.ts';
import type { Family, MemoryItem, RecallItem, SkillItem } from '../model/suggestion.ts';
import type { Clock } from '../model/time.ts';
import type { TrustPolicy } from '../policy/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import type { AgentSettings } from './backends/agent.ts';
import type { AgentSpending } from './backends/agent-spending.ts';
import type { Base } from './provenance.ts';

/** What a record's words become before they are stored. @throws UserInputError for words that none can hold. */
type Prepare = (
  words: {
    readonly title?: string;
    readonly content: string;
    readonly tags?: readonly string[];
    readonly aliases?: readonly string[];
  },
  /** Longest content, in characters. */
  limit?: number,
) => Pick<NewMemory, 'title' | 'content' | 'contentHash' | 'tags' | 'aliases'> & {
  readonly redacted: number;
};

/** The rules of records, which belong to the service of memories. */
export type RecordRules = {
  readonly prepare: Prepare;
  /** Everything of a record that a model may come to read. */
  readonly text: (memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases'>) => string;
  readonly sourcePaths: (
    paths: readonly string[],
    project: CallerProject | null,
    cwd: string,
  ) => Promise<{ readonly paths: readonly SourcePath[] }>;
};

/** A suggested skill and where it comes from, its origin decided. */
export type SkillClaim = {
  readonly id: ItemId;
  readonly item: SkillItem;
  readonly from: Base;
  /** It came over the network: nothing of another project is told to it. */
  readonly isFromAfar?: boolean;
};

/** What the items of skills come to, by the rules of skills. Reads the store as it is now. */
type SkillRules = {
  readonly plan: (
    caller: Caller,
    claims: readonly SkillClaim[],
  ) => Promise<{
    readonly operations: ReadonlyArray<SkillOperation & { readonly item: ItemId }>;
    readonly discarded: ReadonlyArray<{
      readonly item: ItemId;
      readonly state: 'discarded' | 'failed';
      /** For people and models. */
      readonly words: string;
    }>;
  }>;
  /** What a fact brings along for a skill, or null. */
  readonly candidate: (item: MemoryItem | RecallItem) => SkillItem | null;
};

type PlanLease = NonNullable<Plan['lease']>;

/** A file was edited by hand (or is gone); memory has changed since the files were rendered; the same of skills. */
type FilesDue = 'edited' | 'stale' | 'skills';

/** Some files could not be read or written, the others were; `told`: what these have to say. */
export class FileTrouble extends StoreError {
  readonly told: readonly string[];

  constructor(message: string, told: readonly string[]) {
    super({ what: message });
    this.told = told;
  }
}

/** The files that people read and edit. */
export type ProjectionDesk = {
  /** Why the files are not as they should be, null when they are. Reads little. */
  readonly due: (caller: Caller) => Promise<FilesDue | null>;
  /** Takes over what was edited by hand, under the lease; answers what people are told. */
  readonly absorb: (caller: Caller, lease: PlanLease) => Promise<readonly string[]>;
  /** Writes what is stale, and takes over what was typed meanwhile. */
  readonly render: (caller: Caller, lease: PlanLease) => Promise<readonly string[]>;
};

/** Where a test may stop or kill a compile; each stands between two transactions. */
type Checkpoint = 'locked' | 'absorbed' | 'claimed' | 'planned' | 'applied' | 'rendered';

export type CompileDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly policy: TrustPolicy;
  readonly records: RecordRules;
  /** Takes the tail of the calling session until its call is seen. */
  readonly findCall: (
    caller: Caller,
  ) => Promise<{ readonly call: CapturedCall | null; readonly readable: boolean }>;
  /** The folder into which other programs drop envelopes, absolute; null = there is none. */
  readonly inbox: string | null;
  /** The project of a directory, for envelopes that name theirs. */
  readonly projectOf: (cwd: string) => Promise<CallerProject | null>;
  readonly projections: ProjectionDesk | null;
  readonly skills: SkillRules | null;
  /** What plans where a request does not say: `script`, or the name of an agent. */
  readonly backend?: string;
  /** How agents are run; absent = none can be. */
  readonly agents?: AgentSettings;
  /** The budget that agents are paid from; absent = there is no limit. */
  readonly spending?: AgentSpending;
  /** Whether `script` may do what was asked of another backend. */
  readonly allowFallback: boolean;
  readonly self?: () => Promise<LeaseHolder>;
  readonly checkpoint?: (at: Checkpoint) => Promise<void>;
};

/** How a suggestion stands, in the words of the tools. */
export type ItemStatus =
  | 'pending'
  | 'accepted'
  | 'merged'
  | 'replaced'
  | 'removed'
  | 'needs_review'
  | 'rejected'
  | 'failed';

export type SubmittedItem = {
  readonly family: Family;
  /** Place in its list as sent, from 0. */
  readonly index: number;
  readonly status: ItemStatus;
  /** `i_4f9k2c`; absent for one that could not be kept. */
  readonly id?: string;
  /** The record that it became, `m_4f9k2c`. */
  readonly memory?: string;
  readonly reason?: string;
};

export type SubmitResult = {
  /** `e_4f9k2c`; null when nothing of it could be kept. */
  readonly suggestion_id: string | null;
  readonly state: 'pending' | 'done' | 'failed' | 'discarded';
  readonly items: readonly SubmittedItem[];
};

export type SubmitOptions = {
  /** `submit`, `file`, `inbox`, `review` */
  readonly source: string;
  /** The most that its words may count as; null = what the session shows. */
  readonly originCap: 'agent' | null;
  /** What a reviewer looked at. */
  readonly snapshot?: unknown;
  /**
   * Of a review of the caller's session: what stands in it up to this position is the evidence, as what stands before
   * a call is for others. `turn`: the one turn that it is about, null = several.
   */
  readonly reviewed?: { readonly upTo: number; readonly turn: number | null };
};

export type ActionCounts = Readonly<
  Record<'added' | 'merged' | 'replaced' | 'removed' | 'waiting' | 'discarded' | 'failed', number>
>;

/** The shape that people script against: fields may be added, never renamed. */
export type CompileResult = {
  readonly run_status: 'success' | 'skip_empty' | 'skip_locked' | 'plan';
  /** The last receipt of the run; every one is in `receipts`. */
  readonly receipt_id?: string;
  readonly receipts?: readonly string[];
  readonly processed: number;
  readonly actions: ActionCounts;
  readonly by_scope: Readonly<Record<'user' | 'project', number>>;
  readonly waiting: number;
  readonly backend: Backend;
  readonly fallback?: { readonly backend: Backend; readonly reason: string };
  /** Ended before the queue was empty, since the caller asked for it. */
  readonly cancelled?: true;
  /** Suggestions that were in the queue and are still, where it was ended. */
  readonly remaining?: number;
  /** Who holds the lock. */
  readonly lock?: LockInfo;
  /** What came to nothing, with the reasons: the first hundred. */
  readonly discarded?: readonly DiscardedItem[];
  /** What the files have to say: conflicts, what was put back. */
  readonly notices?: readonly string[];
  /** Of a dry run: what would become of each item. */
  readonly plan?: readonly PlannedItem[];
};

export type DiscardedItem = PlannedItem & { readonly outcome: 'discarded' | 'failed' };

export type PlannedItem = {
  readonly id: string;
  readonly family: Family;
  /** Place in its list as it was sent, from 0. */
  readonly index: number;
  readonly title: string;
  readonly outcome: keyof ActionCounts;
  /** The record that it would change. */
  readonly target?: string;
  readonly reason?: string;
};

export type LockInfo = {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  readonly heartbeat_at: string;
};

export type Preflight = {
  readonly status: 'run' | 'skip_empty' | 'skip_locked';
  readonly pending: number;
  readonly lock: LockInfo | null;
  /** What there is to do: absent when nothing is. */
  readonly due?: {
    readonly suggestions: number;
    /** Files of the inbox. */
    readonly inbox: number;
    /** Whether records are over their time. */
    readonly expired: boolean;
    readonly files: FilesDue | null;
  };
  /** Why a lock that is there does not count. */
  readonly stale?: string;
};

export type CompileRequest = {
  readonly backend?: Backend;
  /** A person asks for this backend: an agent that has failed lately is asked all the same. */
  readonly insists?: boolean;
  readonly dryRun?: boolean;
  /** The most items; absent = all. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

export type ScanResult = {
  readonly results: ReadonlyArray<
    { readonly project: string | null; readonly name: string } & (CompileResult | { readonly error: string })
  >;
  readonly counts: Readonly<Record<'run' | 'skipped' | 'failed', number>>;
  readonly aggregate: {
    readonly projects: number;
    readonly processed: number;
    readonly actions: ActionCounts;
    readonly by_scope: Readonly<Record<'user' | 'project', number>>;
    readonly waiting: number;
    readonly with_fallback: number;
  };
  /** What the inbox and the files have to say. */
  readonly notices?: readonly string[];
};
