/** Source files: how far each transcript has been read, and how it is known again. */
import type { SessionId } from '../model/ids.ts';

export type SourceRecord = {
  readonly row: number;
  readonly client: string;
  readonly machine: string;
  readonly path: string;
  /** `dev:inode`, empty where the file system has none. */
  readonly inode: string;
  /** Hash of the first bytes: another file under the same name is told by it. */
  readonly head: string;
  /** Hash of the last bytes before `offset`: a rewrite in place is told by it. */
  readonly tail: string;
  /** Bytes read so far, always the end of a whole line. */
  readonly offset: number;
  readonly lines: number;
  readonly modifiedAt: number;
  /** How often the file was begun from its start. */
  readonly epoch: number;
  /** What the adapter needs to go on at `offset`, as JSON. */
  readonly state: string | null;
};

export type NewSource = Omit<SourceRecord, 'row' | 'epoch'> & { readonly createdAt: number };

export interface SourcesPort {
  find(machine: string, path: string): Promise<SourceRecord | null>;
  /** The source that was last seen with this identity under another path (a file that was moved). */
  findMoved(machine: string, inode: string, head: string): Promise<SourceRecord | null>;
  /** Registers a file, or begins a known one anew (`epoch` + 1, offset 0). */
  begin(source: NewSource): Promise<SourceRecord>;
  moved(row: number, path: string): Promise<void>;
  /** The sessions that a file has given messages to. */
  sessions(row: number): Promise<readonly SessionId[]>;
  list(client?: string): Promise<readonly SourceRecord[]>;
}
