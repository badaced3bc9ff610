/** What recall takes and gives. */
export type RecallRequest = {
  readonly query: string;
  readonly limit?: number;
  /** Absent = this project and the user. */
  readonly scope?: 'project' | 'user' | 'all';
  readonly kinds?: ReadonlyArray<'memory' | 'recall'>;
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
  /** `unchanged`, `changed` or `missing` since it was stored; null when it names no files. */
  readonly files: 'unchanged' | 'changed' | 'missing' | null;
  readonly sources: readonly string[];
  /** The hit is doubtful: shown, marked as a weak match. */
  readonly weak: boolean;
};
