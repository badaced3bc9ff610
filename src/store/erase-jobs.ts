/** Erase jobs: what is to go from every file, and how far that has come; a job that was cut off is gone on with. */

export type EraseJob = {
  readonly id: string;
  readonly kind: 'memory' | 'skill' | 'message' | 'session' | 'project';
  /** The id of what is to go, never its words. */
  readonly target: string;
  /** The last step that is done, or null. */
  readonly step: string | null;
  readonly at: number;
};

export interface EraseJobsPort {
  /** Begins a job, or answers with the one that is open for the target. */
  begin(kind: EraseJob['kind'], target: string): Promise<EraseJob>;
  /** Oldest first. */
  open(): Promise<readonly EraseJob[]>;
  reached(id: string, step: string): Promise<void>;
  finish(id: string): Promise<void>;
}
