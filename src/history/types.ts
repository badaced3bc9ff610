/** What recall_history takes and gives. */
import type { Role } from '../model/message.ts';

export type HistoryRequest = {
  readonly query?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly until?: number;
  readonly role?: Role;
  readonly client?: string;
  /** A project's name or id, or `all`; absent = the caller's. */
  readonly project?: string;
  readonly limit?: number;
  /** `<session>/<number>`. */
  readonly ref?: string;
  /** Messages to show before and after `ref`. */
  readonly around?: number;
  /** A session's id, short form or client id. */
  readonly session?: string;
  readonly turns?: readonly number[];
  readonly last?: number;
  readonly full?: boolean;
  readonly cursor?: string;
  /** Say with each hit of a search which signals made it. */
  readonly explain?: boolean;
  /** The surface's budget. It only tells a second look with more room from an exact repeat. */
  readonly maxTokens?: number;
};

export type HistoryHit = {
  readonly ref: string;
  readonly title: string;
  readonly text: string;
  readonly scope: 'project' | 'other';
  readonly project: string | null;
  readonly origin: string;
  readonly state: string;
  /** ISO 8601, or null where the source gave no time. */
  readonly at: string | null;
  readonly score: number;
  readonly role: string;
  readonly client: string;
  readonly turn: number | null;
};
