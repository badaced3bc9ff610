/**
 * Takes one transcript in: what is read of it goes into the store batch by batch. It may be stopped at any point: what
 * was written stands with its offset, the rest is read again.
 */
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { CaptureBatch, CaptureResult } from '../store/capture.ts';
import type { SourceRecord } from '../store/sources.ts';
import type { Store } from '../store/store.ts';
import type { Adapter, SourceFile } from './adapter.ts';
import type { Exclusion } from './batch-entries.ts';
import { type ReadJob, readSource, type SealedBatch, type SkippedLine, type Tally } from './reading.ts';
import { noteSkillUse } from './skill-use.ts';
import { openSource } from './source-file.ts';
import { noteUse } from './used.ts';

export type IngestDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly machine: string;
  /** The project of a directory; null when it cannot be told now. */
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  readonly maxLineBytes: number;
  readonly exclusion: Exclusion;
};

export type FileReport = {
  readonly path: string;
  readonly client: string;
  /** `moved on` = another process is reading the same file: it goes on there. */
  readonly outcome: 'read' | 'unchanged' | 'excluded' | 'stopped' | 'moved on';
  readonly bytes: number;
  readonly lines: number;
  /** Sessions met in what was read, with the messages that were new. */
  readonly sessions: ReadonlyMap<SessionId, number>;
  readonly revised: number;
  readonly copies: number;
  readonly skipped: readonly SkippedLine[];
  readonly skippedLines: number;
  /** Record types left out on purpose, and those no table names. */
  readonly passed: ReadonlyMap<string, number>;
  readonly unknown: ReadonlyMap<string, number>;
  readonly redacted: ReadonlyMap<string, number>;
};

export type IngestOptions = {
  /** The tail of a live session is written durably; bulk import may read its last batch again. */
  readonly durable: boolean;
  /** Where a session without any directory belongs (NDJSON: the project where import runs). */
  readonly fallbackProject: ProjectId | null;
  /** Bytes read since the last call, and the messages that were new so far. */
  readonly onProgress?: (bytes: number, added: number) => void;
  /** Stops after the batch in hand. */
  readonly signal?: AbortSignal;
};

/**
 * Ingests what the file holds beyond the stored offset.
 * @throws SourceError when the file cannot be read or is no text.
 */
export async function ingestFile(
  file: SourceFile,
  adapter: Adapter,
  deps: IngestDeps,
  options: IngestOptions,
): Promise<FileReport> {
  if (deps.exclusion.path(file.path)) return emptyReport(file, adapter, 'excluded');
  const { source, handle, unchanged } = await openSource(file, adapter.client, deps);
  try {
    if (unchanged) return emptyReport(file, adapter, 'unchanged');
    const ingest = new FileIngest(file, adapter, deps, source);
    const readDeps = { ...deps, digestKey: deps.store.digestKey };
    for await (const step of readSource(handle, ingest.job(options.fallbackProject), adapter, readDeps)) {
      if (step.type === 'read') {
        options.onProgress?.(step.bytes, ingest.added);
        continue;
      }
      ingest.met(step.tally);
      if (step.type === 'end') break;
      const result = await deps.store.capture.append(ingest.batch(step.batch, options.durable));
      if (!(await ingest.written(step.batch, result))) break;
      if (options.signal?.aborted === true) {
        ingest.stop();
        break;
      }
    }
    return ingest.report();
  } finally {
    await handle.close();
  }
}

/** One file on its way into the store, and what there is to report of it. */
export class FileIngest {
  readonly #file: SourceFile;
  readonly #adapter: Adapter;
  readonly #deps: Pick<IngestDeps, 'store'>;
  readonly #source: SourceRecord;
  readonly #sessions = new Map<SessionId, number>();
  readonly #skipped: SkippedLine[] = [];
  readonly #passed = new Map<string, number>();
  readonly #unknown = new Map<string, number>();
  readonly #redacted = new Map<string, number>();
  /** Where the next batch begins. */
  #next: Pick<ReadJob, 'offset' | 'lines' | 'state'>;
  #skippedLines = 0;
  #added = 0;
  #revised = 0;
  #copies = 0;
  #lines = 0;
  #bytes = 0;
  #outcome: FileReport['outcome'] = 'read';

  constructor(file: SourceFile, adapter: Adapter, deps: Pick<IngestDeps, 'store'>, source: SourceRecord) {
    this.#file = file;
    this.#adapter = adapter;
    this.#deps = deps;
    this.#source = source;
    this.#next = { offset: source.offset, lines: source.lines, state: source.state };
  }

  /** Messages that were new so far. */
  get added(): number {
    return this.#added;
  }

  get row(): number {
    return this.#source.row;
  }

  /** Another process goes on with it. */
  get isOver(): boolean {
    return this.#outcome !== 'read';
  }

  /** What is left to be read after the last {@link batch}. */
  job(fallbackProject: ProjectId | null): ReadJob {
    return { file: this.#file, ...this.#next, fallbackProject };
  }

  met({ bytes, lines, skipped, skippedLines, passed, unknown, redacted }: Tally): void {
    this.#bytes += bytes;
    this.#lines += lines;
    this.#skipped.push(...skipped);
    this.#skippedLines += skippedLines;
    add(passed, this.#passed);
    add(unknown, this.#unknown);
    add(redacted, this.#redacted);
  }

  /** What the store gets; each batch of the file once, in order. */
  batch({ entries, words, state, to, lines, tail }: SealedBatch, durable: boolean): CaptureBatch {
    const { row, epoch, modifiedAt } = this.#source;
    const from = this.#next.offset;
    this.#next = { offset: to, lines, state };
    return { source: { row, epoch, from, to, lines, tail, modifiedAt, state }, entries, words, durable };
  }

  /** Takes note of what the store made of a batch; false when another process has read on meanwhile. */
  async written({ entries, sessions }: SealedBatch, result: CaptureResult): Promise<boolean> {
    if (result.status === 'conflict') {
      this.#outcome = 'moved on';
      return false;
    }
    for (const session of sessions) this.#sessions.set(session, this.#sessions.get(session) ?? 0);
    for (const [session, added] of result.added) {
      this.#sessions.set(session, (this.#sessions.get(session) ?? 0) + added);
      this.#added += added;
    }
    this.#revised += result.revised;
    this.#copies += result.copies;
    if (result.added.size > 0) await this.#noteUse(entries, result.added);
    return true;
  }

  /** What was shown and is used now is a note beside the messages, which are stored already. */
  async #noteUse(entries: SealedBatch['entries'], added: ReadonlyMap<SessionId, number>): Promise<void> {
    const { store } = this.#deps;
    try {
      await noteUse(store, entries, added);
      await noteSkillUse(store, entries);
    } catch {
      await store.health.count({ 'feedback.failures': 1 });
    }
  }

  stop(): void {
    this.#outcome = 'stopped';
  }

  report(): FileReport {
    return {
      path: this.#file.path,
      client: this.#adapter.client,
      outcome: this.#outcome,
      bytes: this.#bytes,
      lines: this.#lines,
      sessions: this.#sessions,
      revised: this.#revised,
      copies: this.#copies,
      skipped: this.#skipped,
      skippedLines: this.#skippedLines,
      passed: this.#passed,
      unknown: this.#unknown,
      redacted: this.#redacted,
    };
  }
}

function add(counts: ReadonlyMap<string, number>, into: Map<string, number>): void {
  for (const [what, count] of counts) into.set(what, (into.get(what) ?? 0) + count);
}

export function emptyReport(file: SourceFile, adapter: Adapter, outcome: FileReport['outcome']): FileReport {
  const none = new Map<string, number>();
  return {
    path: file.path,
    client: adapter.client,
    outcome,
    bytes: 0,
    lines: 0,
    sessions: new Map(),
    revised: 0,
    copies: 0,
    skipped: [],
    skippedLines: 0,
    passed: none,
    unknown: none,
    redacted: none,
  };
}
