/** What a rule found, before it is compared with what is known and put into the form of an envelope. */
import type { Scope } from '../../model/memory.ts';
import type { SnapshotMessage } from '../../model/review.ts';

type FindingKind = 'directive' | 'correction' | 'permission' | 'decision' | 'fix' | 'procedure';

export type Finding = {
  readonly kind: FindingKind;
  readonly scope: Scope;
  /** The person's words, without what says nothing by itself ("please", "from now on"). */
  readonly content: string;
  /** Shorter than the content, for lists. */
  readonly summary: string;
  readonly paths: readonly string[];
  /** Where it was said; null where it stands in several sessions. */
  readonly message: SnapshotMessage | null;
  /** What it speaks against ("npm" in "pnpm, not npm"), where a single name. */
  readonly against: string | null;
};
