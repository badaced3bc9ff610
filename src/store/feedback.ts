/** Feedback: shown, opened, used and contradicted are recorded apart. */
import type { SessionId } from '../model/ids.ts';

export type FeedbackKind = 'shown' | 'opened' | 'used' | 'contradicted';

export type FeedbackEvent = {
  readonly kind: FeedbackKind;
  /** `m_…` or `<session>/<number>`. */
  readonly target: string;
  readonly session: SessionId | null;
};

/** What a session has been shown and is not known to have used. */
export type ShownHit = {
  readonly target: string;
  /** The session that asked. */
  readonly session: SessionId;
  /** Where its messages stand: the session itself, or a sub-agent that it started and that asks in its name. */
  readonly readBy: SessionId;
  /** When it was shown first, epoch milliseconds. */
  readonly at: number;
};

/** How often each kind was recorded for a target, in any session. */
export type Tally = Readonly<Record<FeedbackKind, number>>;

export interface FeedbackPort {
  /**
   * False when another process holds the lock: nothing was recorded, nothing was waited for. What opens a message
   * opens the memories, shown to that session before, that have it as their source.
   */
  record(events: readonly FeedbackEvent[]): Promise<boolean>;
  /** Hits shown to these sessions and not used yet, newest first, at most `limit`. */
  unused(sessions: readonly SessionId[], limit: number): Promise<readonly ShownHit[]>;
  /** Records use, once for a target in a session. */
  recordUse(hits: readonly Pick<ShownHit, 'target' | 'session'>[]): Promise<void>;
  /** What a session has been shown since its context was last emptied, each with the newest time (epoch ms). */
  shownTo(session: SessionId): Promise<ReadonlyMap<string, number>>;
  /** The session's context was emptied: what it was shown before, it has not before it any more. False as `record`. */
  emptied(session: SessionId): Promise<boolean>;
  /** What was recorded for each of these; a target without any is left out. */
  tally(targets: readonly string[]): Promise<ReadonlyMap<string, Tally>>;
}
