/** Feedback: shown, opened, used and contradicted are recorded apart. */
import type { SessionId } from '../model/ids.ts';

export type FeedbackKind = 'shown' | 'opened' | 'used' | 'contradicted';

export type FeedbackEvent = {
  readonly kind: FeedbackKind;
  /** `m_…` or `<session>/<number>`. */
  readonly target: string;
  readonly session: SessionId | null;
};

export interface FeedbackPort {
  /** False when another process holds the lock: nothing was recorded, nothing was waited for. */
  record(events: readonly FeedbackEvent[]): Promise<boolean>;
}
