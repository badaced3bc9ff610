/**
 * Suggestions: envelopes as they arrived, and the items in them on their way through compile. Items end inside the
 * transaction of the plan that promotes them (see {@link PlansPort}).
 */
import type { EnvelopeId, ItemId, ProjectId, SessionId } from '../model/ids.ts';
import type { Scope } from '../model/memory.ts';
import type { Family, ItemOutcome, ItemState } from '../model/suggestion.ts';

/** An item that is claimed this often without an end has failed. The number of the system that this replaces. */
export const ITEM_ATTEMPTS = 3;
/** The most items of one claim. */
export const CLAIM_LIMIT = 100;

export type NewItem = {
  readonly family: Family;
  /** Its index in the family's list, from 0. */
  readonly index: number;
  /** `add`, `replace`, `create` … */
  readonly action: string;
  readonly scope: Scope;
  readonly summary: string;
  /** The item's own fields, as the family has them; JSON. */
  readonly payload: unknown;
  /** 0..1 */
  readonly confidence: number;
  /** Null for one that goes into the queue; the reason for one that was refused at the door (it is kept, discarded). */
  readonly refused: string | null;
};

export type NewEnvelope = {
  /** Made by the service of session, turn and canonical content, keyed with the store's secret: it outlives an erase. */
  readonly key: Uint8Array;
  readonly owner: string;
  readonly project: ProjectId | null;
  readonly surface: string;
  /** Who proposed it: `submit`, `review`, `inbox`, `file` … */
  readonly source: string;
  /** The most that its items may count as (`agent`), or null. */
  readonly originCap: string | null;
  readonly client: string | null;
  readonly session: SessionId | null;
  readonly externalSession: string | null;
  /** The token of a call over the network. */
  readonly token?: string | null;
  readonly turn: number | null;
  readonly turnKey: string | null;
  readonly callId: string | null;
  readonly checkout: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  /** What the envelope says beside its items; JSON. */
  readonly payload: unknown;
  /** What the reviewer looked at, or null; JSON. */
  readonly snapshot: unknown;
  readonly items: readonly NewItem[];
};

export type Item = Omit<NewItem, 'refused'> & {
  readonly row: number;
  readonly id: ItemId;
  /** `i_4f9k2c` */
  readonly short: string;
  readonly envelope: EnvelopeId;
  readonly project: ProjectId | null;
  readonly state: ItemState;
  readonly outcome: ItemOutcome | null;
  readonly reason: string | null;
  /** The id of the memory or skill that it became. */
  readonly target: string | null;
  readonly attempts: number;
  readonly receipt: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type Envelope = Omit<NewEnvelope, 'items' | 'key'> & {
  readonly row: number;
  readonly id: EnvelopeId;
  /** `e_4f9k2c` */
  readonly short: string;
  readonly createdAt: number;
  readonly items: readonly Item[];
};

export type ItemTransition = {
  readonly at: number;
  readonly from: ItemState | null;
  readonly to: ItemState;
  readonly reason: string | null;
  readonly receipt: string | null;
};

type ItemQuery = {
  readonly states?: readonly ItemState[];
  /** Null in the list = those without a project. Absent = any. */
  readonly projects?: ReadonlyArray<ProjectId | null>;
  readonly limit: number;
  /** Only items that arrived after this row. */
  readonly after?: number;
  /** Only items that have changed since this time, epoch ms. */
  readonly since?: number;
};

type ClaimRequest = {
  /** A lease that is held now. */
  readonly lease: { readonly name: string; readonly token: string };
  readonly limit?: number;
  readonly projects?: ReadonlyArray<ProjectId | null>;
};

export type Claimed =
  /** `failed`: how many were given up instead, since they had been claimed too often. */
  | { readonly status: 'claimed'; readonly items: readonly Item[]; readonly failed: number }
  | { readonly status: 'lost' };

export type ItemCounts = Readonly<Record<ItemState, number>>;

export interface SuggestionsPort {
  /** Keeps an envelope with its items. The same key again changes nothing and answers with what was kept. */
  put(envelope: NewEnvelope): Promise<{ readonly envelope: Envelope; readonly created: boolean }>;
  /** Envelopes whose short form or id begins with the text (`e_` is forgiven); at most 5. */
  envelopes(text: string): Promise<readonly Envelope[]>;
  /** Items whose short form or id begins with the text (`i_` is forgiven); at most 5. */
  items(text: string): Promise<readonly Item[]>;
  get(id: EnvelopeId): Promise<Envelope | null>;
  byKey(key: Uint8Array): Promise<Envelope | null>;
  /** Envelopes by id, for the items of a batch. */
  byIds(ids: readonly EnvelopeId[]): Promise<ReadonlyMap<EnvelopeId, Envelope>>;
  /** In arrival order. */
  list(query: ItemQuery): Promise<readonly Item[]>;
  /** What became of the items that ended in this memory or skill. */
  ofTarget(id: string): Promise<readonly Item[]>;
  counts(projects?: ReadonlyArray<ProjectId | null>): Promise<ItemCounts>;
  /** Projects that have items in the queue, with how many; null = without a project. */
  open(): Promise<ReadonlyArray<{ readonly project: ProjectId | null; readonly items: number }>>;
  /** Items that a session has submitted since a time. */
  submitted(session: SessionId, since: number): Promise<number>;
  transitions(id: ItemId): Promise<readonly ItemTransition[]>;
  /**
   * Takes what is pending, and what is processing under a lease that is gone, in arrival order. One that was claimed
   * {@link ITEM_ATTEMPTS} times before has failed, with the last reason. `lost` when the lease is not held any more.
   */
  claim(request: ClaimRequest): Promise<Claimed>;
  /**
   * Puts items that have failed back into the queue, with as many attempts as a new one has; the others are left
   * alone. Returns how many it were.
   */
  retry(ids: readonly ItemId[]): Promise<number>;
  /** Puts what was claimed under the lease and did not end back into the queue; returns how many. */
  release(token: string, reason: string): Promise<number>;
}
