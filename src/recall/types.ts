/** What recall takes and gives. */
type RecallKind = 'memory' | 'recall' | 'skill';

export type RecallRequest = {
  readonly query: string;
  readonly limit?: number;
  /** Absent = this project and the user. */
  readonly scope?: 'project' | 'user' | 'all';
  readonly kinds?: readonly RecallKind[];
  /** The truth of that time: a day, month or year (its end is meant), an ISO time, or an age. Absent = now. */
  readonly asOf?: string;
  /** A line for each hit that says what made it one. */
  readonly explain?: boolean;
  /** Nobody has asked (a hook before a prompt): only what is sure beyond doubt, or nothing. */
  readonly strict?: boolean;
};

export type RecallHit = {
  /** `m_4f9k2c` */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly scope: string;
  readonly project: string | null;
  readonly origin: string;
  readonly state: string;
  /** ISO 8601 */
  readonly at: string;
  readonly score: number;
  /** `unchanged`, `changed` or `missing` since it was stored; null when it names no files, or not all were looked at. */
  readonly files: 'unchanged' | 'changed' | 'missing' | null;
  readonly sources: readonly string[];
  /** The hit is doubtful: shown, marked as a weak match. */
  readonly weak: boolean;
  readonly links: ReadonlyArray<{ readonly kind: string; readonly id: string; readonly title: string }>;
  /** What made it a hit; only when asked. */
  readonly why?: string;
};
