/**
 * Reads one source from where it was left: lines -> adapter -> sealed batches. It needs no store, so that it can be
 * done in a thread of its own. What it has counted goes out with each batch.
 */
import { codeOf, messageOf, SourceError } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { CaptureEntry } from '../store/capture.ts';
import { boundDepth } from '../text/json-walk.ts';
import type { Adapter, SourceFile } from './adapter.ts';
import { BatchBuilder } from './batch.ts';
import type { Exclusion } from './batch-entries.ts';
import { type Line, linesOf, type ReadableFile } from './lines.ts';
import { hashBefore } from './source-file.ts';
import { WordTable } from './word-table.ts';

/** Messages of a batch: enough to make its own rows cheap, few enough that a garbage collection seldom meets them. */
const BATCH_MESSAGES = 250;
const BATCH_BYTES = 4_000_000;
/** What the system calls its errors; Node's own, for what a program did wrong, are `ERR_…`. */
const SYSTEM_ERROR = /^E[A-Z0-9]+$/;
/** Dirty lines that a report names; the rest is counted. */
const REPORTED_LINES = 200;

export type ReadDeps = {
  readonly digestKey: Uint8Array;
  /** The project of a directory; null when it cannot be told now. */
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  readonly maxLineBytes: number;
  readonly exclusion: Exclusion;
  /** Shared by files that are read one after the other. Default: each has its own. */
  readonly words?: WordTable;
};

/** A source and where to read on. */
export type ReadJob = {
  readonly file: SourceFile;
  readonly offset: number;
  readonly lines: number;
  readonly state: string | null;
  /** Where a session without any directory belongs (NDJSON: the project where import runs). */
  readonly fallbackProject: ProjectId | null;
};

export type SkippedLine = { readonly path: string; readonly line: number; readonly reason: string };

/** What was met since the batch before. */
export type Tally = {
  readonly bytes: number;
  readonly lines: number;
  readonly skipped: readonly SkippedLine[];
  readonly skippedLines: number;
  readonly passed: ReadonlyMap<string, number>;
  readonly unknown: ReadonlyMap<string, number>;
  readonly redacted: ReadonlyMap<string, number>;
};

export type SealedBatch = {
  /** May be unpacked anew each time they are gone through. */
  readonly entries: Iterable<CaptureEntry>;
  readonly count: number;
  /** {@link WordTable.list} */
  readonly words: readonly string[];
  readonly sessions: ReadonlySet<SessionId>;
  readonly state: string;
  /** The offset and the number of the last line, and the hash of what stands before. */
  readonly to: number;
  readonly lines: number;
  readonly tail: string;
  /** Bytes of the source that it was made from. */
  readonly bytes: number;
};

export type ReadStep =
  | { readonly type: 'batch'; readonly batch: SealedBatch; readonly tally: Tally }
  /** So many bytes were read. */
  | { readonly type: 'read'; readonly bytes: number }
  | { readonly type: 'end'; readonly tally: Tally };

/** @throws SourceError when the file cannot be read. */
export async function* readSource(
  handle: ReadableFile,
  job: ReadJob,
  adapter: Adapter,
  deps: ReadDeps,
): AsyncGenerator<ReadStep, void> {
  const reader = new SourceReader(handle, job, adapter, deps);
  try {
    for await (const lines of linesOf(handle, { offset: job.offset, line: job.lines }, deps.maxLineBytes)) {
      let bytes = 0;
      for (const line of lines) {
        bytes += line.end - line.start;
        if (!reader.take(line)) break;
        if (reader.isFull) yield await reader.flush();
      }
      yield { type: 'read', bytes };
    }
  } catch (error) {
    if (!SYSTEM_ERROR.test(codeOf(error) ?? '')) throw error;
    throw new SourceError(
      { what: `${job.file.path} could not be read`, why: messageOf(error) },
      { cause: error },
    );
  }
  if (reader.holdsMore) yield await reader.flush();
  yield { type: 'end', tally: reader.tally() };
}

class SourceReader {
  readonly #path: string;
  readonly #handle: ReadableFile;
  readonly #maxLineBytes: number;
  readonly #batch: BatchBuilder;
  #offset: number;
  /** The last line that was taken. */
  #last: Pick<Line, 'end' | 'number'> | null = null;
  #lines = 0;
  #bytes = 0;
  #skipped: SkippedLine[] = [];
  #skippedLines = 0;
  #reported = 0;

  constructor(handle: ReadableFile, job: ReadJob, adapter: Adapter, deps: ReadDeps) {
    this.#handle = handle;
    this.#path = job.file.path;
    this.#maxLineBytes = deps.maxLineBytes;
    this.#offset = job.offset;
    this.#batch = new BatchBuilder(
      adapter,
      job.file,
      { ...deps, words: deps.words ?? new WordTable() },
      job.fallbackProject,
      job.state,
    );
  }

  get isFull(): boolean {
    return this.#batch.messages >= BATCH_MESSAGES || this.#batch.bytes >= BATCH_BYTES;
  }

  get holdsMore(): boolean {
    return this.#last !== null && this.#last.end > this.#offset;
  }

  /** Takes a line; false for an unfinished last one, which is left for later. */
  take(line: Line): boolean {
    if (!this.#read(line)) return false;
    this.#last = { end: line.end, number: line.number };
    return true;
  }

  /** Seals what was taken. */
  async flush(): Promise<ReadStep> {
    const { end, number } = this.#last ?? { end: this.#offset, number: 0 };
    const built = await this.#batch.build();
    for (const { line: at, reason } of built.unusable) this.#skip(at, reason);
    const bytes = end - this.#offset;
    this.#offset = end;
    const batch = {
      entries: built.entries,
      count: built.entries.length,
      words: built.words,
      sessions: built.sessions,
      state: built.state,
      to: end,
      lines: number,
      tail: await hashBefore(this.#handle, end),
      bytes,
    };
    return { type: 'batch', batch, tally: this.tally() };
  }

  tally(): Tally {
    const tally = {
      bytes: this.#bytes,
      lines: this.#lines,
      skipped: this.#skipped,
      skippedLines: this.#skippedLines,
      passed: taken(this.#batch.passed),
      unknown: taken(this.#batch.unknown),
      redacted: taken(this.#batch.redacted),
    };
    this.#bytes = 0;
    this.#lines = 0;
    this.#skipped = [];
    this.#skippedLines = 0;
    return tally;
  }

  #read(line: Line): boolean {
    const { text } = line;
    if (text === null) {
      if (!line.complete) return false;
      this.#skip(line.number, `longer than ${this.#maxLineBytes} bytes`);
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

  #skip(line: number, reason: string): void {
    this.#skippedLines += 1;
    if (this.#reported >= REPORTED_LINES) return;
    this.#reported += 1;
    this.#skipped.push({ path: this.#path, line, reason });
  }
}

function taken(counts: Map<string, number>): ReadonlyMap<string, number> {
  const all = new Map(counts);
  counts.clear();
  return all;
}
