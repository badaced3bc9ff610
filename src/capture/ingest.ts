/**
 * Reads one transcript from where it was left: lines -> adapter -> sealed entries -> batches in the store. It may be
 * stopped at any point: what was written stands with its offset, the rest is read again.
 */
import type { FileHandle } from 'node:fs/promises';
import { codeOf, messageOf, SourceError } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { CaptureEntry } from '../store/capture.ts';
import type { SourceRecord } from '../store/sources.ts';
import type { Store } from '../store/store.ts';
import { boundDepth } from '../text/json-walk.ts';
import type { Adapter, SourceFile } from './adapter.ts';
import { BatchBuilder, type Exclusion } from './batch.ts';
import { type Line, linesOf } from './lines.ts';
import { hashBefore, type OpenedSource, openSource } from './source-file.ts';
import { noteUse } from './used.ts';

/** Entries of a batch: enough to make a transaction cheap, few enough to keep the lock short. */
const BATCH_MESSAGES = 1000;
const BATCH_BYTES = 4_000_000;
/** What the system calls its errors; Node's own, for what a program did wrong, are `ERR_…`. */
const SYSTEM_ERROR = /^E[A-Z0-9]+$/;
/** Dirty lines that a report names; the rest is counted. */
const REPORTED_LINES = 200;

export type IngestDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly machine: string;
  /** The project of a directory; null when it cannot be told now. */
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  readonly maxLineBytes: number;
  readonly exclusion: Exclusion;
};

export type SkippedLine = { readonly path: string; readonly line: number; readonly reason: string };

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
  const opened = await openSource(file, adapter.client, deps);
  try {
    if (opened.unchanged) return emptyReport(file, adapter, 'unchanged');
    return await new FileReader(file, adapter, deps, options, opened).run();
  } finally {
    await opened.handle.close();
  }
}

class FileReader {
  readonly #file: SourceFile;
  readonly #adapter: Adapter;
  readonly #deps: IngestDeps;
  readonly #options: IngestOptions;
  readonly #sessions = new Map<SessionId, number>();
  readonly #skipped: SkippedLine[] = [];
  readonly #handle: FileHandle;
  #source: SourceRecord;
  #skippedLines = 0;
  #added = 0;
  #revised = 0;
  #copies = 0;
  #outcome: FileReport['outcome'] = 'read';
  #batch: BatchBuilder;
  #lines = 0;
  #bytes = 0;

  constructor(
    file: SourceFile,
    adapter: Adapter,
    deps: IngestDeps,
    options: IngestOptions,
    { source, handle }: OpenedSource,
  ) {
    this.#file = file;
    this.#adapter = adapter;
    this.#deps = deps;
    this.#options = options;
    this.#source = source;
    this.#handle = handle;
    this.#batch = new BatchBuilder(adapter, file, deps, options.fallbackProject, source.state);
  }

  async run(): Promise<FileReport> {
    const from = { offset: this.#source.offset, line: this.#source.lines };
    try {
      for await (const lines of linesOf(this.#handle, from, this.#deps.maxLineBytes)) {
        for (const line of lines) {
          if (!(await this.#line(line))) break;
          if (this.#batch.messages >= BATCH_MESSAGES || this.#batch.bytes >= BATCH_BYTES) {
            if (!(await this.#flush(line))) return this.#report();
          }
          this.#last = line;
        }
        this.#options.onProgress?.(
          lines.reduce((sum, line) => sum + (line.end - line.start), 0),
          this.#added,
        );
      }
    } catch (error) {
      if (!SYSTEM_ERROR.test(codeOf(error) ?? '')) throw error;
      throw new SourceError(
        { what: `${this.#file.path} could not be read`, why: messageOf(error) },
        { cause: error },
      );
    }
    if (this.#last !== null && this.#last.end > this.#source.offset) await this.#flush(this.#last);
    return this.#report();
  }

  #last: Line | null = null;

  /** Takes a line; false for an unfinished last one, which is left for later. */
  async #line(line: Line): Promise<boolean> {
    const { text } = line;
    if (text === null) {
      if (!line.complete) return false;
      this.#skip(line.number, `longer than ${this.#deps.maxLineBytes} bytes`);
      return true;
    }
    const trimmed = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    if (trimmed.trim() === '') return line.complete;
    let record: unknown;
    try {
      record = boundDepth(JSON.parse(trimmed));
    } catch {
      if (!line.complete) return false;
      this.#skip(line.number, trimmed.includes('\0') ? 'binary, not JSON' : 'not JSON');
      return true;
    }
    if (line.repaired) this.#skip(line.number, 'invalid UTF-8 was replaced; the line was kept');
    this.#lines += 1;
    this.#bytes += line.end - line.start;
    const reason = this.#batch.take(record, line);
    if (reason !== null) this.#skip(line.number, reason);
    return true;
  }

  /** Writes the batch up to and including `line`; false when another process has read on meanwhile, or on abort. */
  async #flush(line: Line): Promise<boolean> {
    const built = await this.#batch.build();
    for (const { line: at, reason } of built.unusable) this.#skip(at, reason);
    const result = await this.#deps.store.capture.append({
      source: {
        row: this.#source.row,
        epoch: this.#source.epoch,
        from: this.#source.offset,
        to: line.end,
        lines: line.number,
        tail: await hashBefore(this.#handle, line.end),
        modifiedAt: this.#source.modifiedAt,
        state: built.state,
      },
      entries: built.entries,
      durable: this.#options.durable,
    });
    if (result.status === 'conflict') {
      this.#outcome = 'moved on';
      return false;
    }
    for (const session of built.sessions) this.#sessions.set(session, this.#sessions.get(session) ?? 0);
    for (const [session, added] of result.added)
      this.#sessions.set(session, (this.#sessions.get(session) ?? 0) + added);
    for (const added of result.added.values()) this.#added += added;
    this.#revised += result.revised;
    this.#copies += result.copies;
    if (result.added.size > 0) await this.#noteUse(built.entries, result.added);
    this.#source = { ...this.#source, offset: line.end, lines: line.number };
    if (this.#options.signal?.aborted === true) {
      this.#outcome = 'stopped';
      return false;
    }
    return true;
  }

  /** What was shown and is used now is a note beside the messages, which are stored already. */
  async #noteUse(entries: readonly CaptureEntry[], added: ReadonlyMap<SessionId, number>): Promise<void> {
    const { store } = this.#deps;
    try {
      await noteUse(store, entries, added);
    } catch {
      await store.health.count({ 'feedback.failures': 1 });
    }
  }

  #skip(line: number, reason: string): void {
    this.#skippedLines += 1;
    if (this.#skipped.length < REPORTED_LINES) this.#skipped.push({ path: this.#file.path, line, reason });
  }

  #report(): FileReport {
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
      passed: this.#batch.passed,
      unknown: this.#batch.unknown,
      redacted: this.#batch.redacted,
    };
  }
}

function emptyReport(file: SourceFile, adapter: Adapter, outcome: FileReport['outcome']): FileReport {
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
