/** Messages, as read. */
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { Message } from '../model/message.ts';

export type MessageSelection = {
  readonly session: SessionId;
  /** Turn numbers; absent = all. */
  readonly turns?: readonly number[];
  /** Withdrawn turns too. */
  readonly withdrawn?: boolean;
  /** Skip this many in the order of the session. */
  readonly offset?: number;
  readonly limit: number;
};

export interface MessagesPort {
  /** By the session's id and the message's number. */
  get(session: SessionId, number: number): Promise<Message | null>;
  byRows(rows: readonly number[]): Promise<readonly Message[]>;
  /** The messages before and after a place in the session, in order, the one at `position` included. */
  window(session: SessionId, position: number, before: number, after: number): Promise<readonly Message[]>;
  list(
    selection: MessageSelection,
  ): Promise<{ readonly messages: readonly Message[]; readonly total: number }>;
  /**
   * What evidence is looked for in: messages of the session up to `position`, newest first. `by`, `role`
   * and `outside` narrow it. Withdrawn turns and hidden messages are left out.
   */
  evidence(query: {
    readonly session: SessionId;
    readonly upTo: number;
    readonly by?: Message['by'];
    readonly role?: Message['role'];
    readonly outside?: boolean;
    readonly limit: number;
  }): Promise<readonly Message[]>;
  /**
   * Numbers of the session's messages that begin with these digits, the newest first, `limit` at most; `total` counts
   * all of them. What is hidden or erased is left out.
   */
  numbers(
    session: SessionId,
    digits: string,
    limit: number,
  ): Promise<{ readonly numbers: readonly number[]; readonly total: number }>;
  counts(
    projects: readonly ProjectId[] | null,
  ): Promise<{ readonly sessions: number; readonly messages: number }>;
}
