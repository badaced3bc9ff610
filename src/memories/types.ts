/** What remember, forget, list and review take and give. */
import type { Scope } from '../model/memory.ts';

export type RememberRequest = {
  readonly content: string;
  readonly title?: string;
  readonly scope?: Scope;
  readonly tags?: readonly string[];
  /** Files that it speaks of, relative to the project's root or absolute inside it. */
  readonly paths?: readonly string[];
  readonly aliases?: readonly string[];
  /** Id or title of the record that this one takes the place of. */
  readonly replaces?: string;
  /** Id or title of the record that this one is a part of. */
  readonly partOf?: string;
  /** Ids or titles of records that belong to it in another way. */
  readonly seeAlso?: readonly string[];
  /** A claim; what decides is the transcript. */
  readonly saidBy?: 'user' | 'agent';
};

export type RememberResult = {
  readonly status: 'accepted' | 'merged' | 'replaced' | 'needs_review' | 'rejected';
  readonly id?: string;
  readonly title?: string;
  readonly scope?: Scope;
  readonly origin?: string;
  readonly replaced?: string;
  /** What it points at, `m_4f9k2c`. */
  readonly part_of?: string;
  readonly see_also?: readonly string[];
  /** Why it waits, was rejected, or was stored otherwise than asked. */
  readonly reason?: string;
  readonly receipt?: string;
  /** What `replaces` fits, where it fits several. */
  readonly candidates?: ReadonlyArray<{ readonly id: string; readonly title: string }>;
};

export type ForgetResult = { readonly id: string; readonly title: string; readonly receipt: string };
