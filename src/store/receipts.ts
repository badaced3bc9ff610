/** Receipts: what each plan did, operation by operation, and every record it changed, as it was and as it became. */
import type { ItemId, ProjectId, ReceiptId } from '../model/ids.ts';
import type { PlanKind, PlanReport } from '../model/plan.ts';
import type { ItemOutcome, ItemState } from '../model/suggestion.ts';

/** The columns of a record, whole; `{}` once its words were erased. `title`, `content`, `state` are the ones people read. */
export type RecordSnapshot = Readonly<Record<string, unknown>>;

type ReceiptOperation = {
  readonly place: number;
  readonly op: string;
  readonly outcome: string;
  /** The id of the memory or skill, and its version afterwards. */
  readonly record: string;
  readonly version: number;
  readonly item: ItemId | null;
};

export type ReceiptChange = {
  /** The operation that it belongs to. */
  readonly place: number;
  readonly kind: 'memory' | 'skill';
  readonly record: string;
  /** 0 = it was made. */
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly before: RecordSnapshot | null;
  /** Of a memory that was made: what its version says. */
  readonly after: RecordSnapshot;
};

type ReceiptItem = {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly outcome: ItemOutcome | null;
  readonly reason: string | null;
};

export type Receipt = Omit<PlanReport, 'stats' | 'status'> & {
  readonly row: number;
  readonly id: ReceiptId;
  /** `c_4f9k2c` */
  readonly short: string;
  readonly kind: PlanKind;
  readonly owner: string;
  readonly surface: string;
  readonly client: string | null;
  /** The client's own id. */
  readonly session: string | null;
  /** The token of a call over the network (`a_4f9k2c`), or the bearer that an identity provider vouches for. */
  readonly token: string | null;
  readonly project: ProjectId | null;
  readonly at: number;
  readonly status: string;
  readonly stats: Readonly<Record<string, unknown>> | null;
  readonly undoes: ReceiptId | null;
  readonly undoneBy: ReceiptId | null;
};

export type FullReceipt = Receipt & {
  readonly operations: readonly ReceiptOperation[];
  /** In the order in which they were made. */
  readonly changes: readonly ReceiptChange[];
  readonly items: readonly ReceiptItem[];
};

export type ReceiptQuery = {
  readonly kinds?: readonly PlanKind[];
  readonly projects?: readonly ProjectId[];
  readonly limit: number;
  /** Only receipts older than this row. */
  readonly before?: number;
};

export interface ReceiptsPort {
  get(id: ReceiptId): Promise<FullReceipt | null>;
  /** Receipts whose short form or id begins with the text (`c_` is forgiven); at most 5. */
  find(text: string): Promise<readonly Receipt[]>;
  /** Newest first. */
  list(query: ReceiptQuery): Promise<readonly Receipt[]>;
  /** Receipts that changed a memory or skill, newest first. */
  ofRecord(id: string, limit: number): Promise<readonly Receipt[]>;
  /**
   * Later receipts that changed a record of this one, oldest first, with the records. What was undone, and undoing
   * itself, is left out: undoing this one needs these undone first.
   */
  dependents(
    id: ReceiptId,
  ): Promise<ReadonlyArray<{ readonly receipt: Receipt; readonly records: readonly string[] }>>;
}
