/**
 * Takes files in, in their order: a few are opened ahead, where there is much to read another thread reads and seals
 * while this one writes, and batches of small files are written together.
 */
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { codeOf, StoreError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { FoundFile } from './discover.ts';
import { emptyReport, FileIngest, type FileReport, type IngestDeps } from './ingest.ts';
import { ReaderLost, ReaderThread, type ReaderWorker } from './reader-thread.ts';
import { type ReadJob, type ReadStep, readSource, type SealedBatch } from './reading.ts';
import { openSource } from './source-file.ts';
import { WordTable } from './word-table.ts';

/**
 * What one transaction takes: few enough to keep the lock short, which others wait for. Of 4,000 messages it is held for
 * a second on a busy machine, of these for half of one; importing takes some four percent longer for it.
 */
const GROUP_MESSAGES = 1000;
const GROUP_BYTES = 2_000_000;
/** Bytes to read from which a thread is worth its start of about 50 ms. */
const THREAD_FROM = 4_000_000;
/** Files that are open at once while a thread reads. */
const FILES_AHEAD = 16;

export type FlowOptions = {
  readonly fallbackProject: ProjectId | null;
  readonly signal?: AbortSignal;
  /** Starts the thread; null where there is none. Default: everything is read in this one. */
  readonly startReader?: () => ReaderWorker | null;
  /** Bytes to read from which a thread is started. Default 4,000,000. */
  readonly threadFrom?: number;
  /** Bytes read since the last call, and the messages that were new in this file so far. */
  readonly onRead: (bytes: number, file: FoundFile, added: number) => void;
  /** Each file once, in order: what came of it, or why it failed. */
  readonly onFile: (file: FoundFile, result: FileReport | { readonly error: unknown }) => Promise<void>;
};

type Begun = {
  readonly found: FoundFile;
  readonly reading: {
    readonly ingest: FileIngest;
    readonly handle: FileHandle;
    readonly steps: AsyncGenerator<ReadStep, void>;
  } | null;
  /** What came of it without reading. */
  readonly result: FileReport | { readonly error: unknown } | null;
};

export class ImportFlow {
  readonly #files: readonly FoundFile[];
  readonly #deps: IngestDeps;
  readonly #options: FlowOptions;
  readonly #ahead: Begun[] = [];
  readonly #rows = new Set<number>();
  readonly #words = new WordTable();
  #thread: ReaderThread | null = null;
  #mayStart: boolean;
  #next = 0;
  #unread = 0;
  #stopped = false;
  #group: Array<{ readonly ingest: FileIngest; readonly batch: SealedBatch }> = [];
  #groupMessages = 0;
  #groupBytes = 0;
  /** Files that have ended with what the group holds. */
  #ended: Array<() => Promise<void>> = [];

  constructor(files: readonly FoundFile[], deps: IngestDeps, options: FlowOptions) {
    this.#files = files;
    this.#deps = deps;
    this.#options = options;
    this.#mayStart = options.startReader !== undefined;
  }

  /** Returns whether it was stopped. Throws where the store fails; what was written stands. */
  async run(): Promise<boolean> {
    try {
      while (!this.#stopped) {
        await this.#openAhead();
        const begun = this.#ahead.shift();
        if (begun === undefined) break;
        if (this.#options.signal?.aborted === true) {
          this.#ahead.unshift(begun);
          this.#stopped = true;
        } else if (begun.reading === null) {
          const { found, result } = begun;
          if (result !== null) this.#ended.push(() => this.#options.onFile(found, result));
        } else {
          await this.#take(begun.found, begun.reading);
        }
      }
      await this.#write();
      return this.#stopped;
    } finally {
      await this.#thread?.end();
      for (const { reading } of this.#ahead) await reading?.handle.close();
    }
  }

  async #openAhead(): Promise<void> {
    const { signal } = this.#options;
    while (this.#ahead.length < (this.#thread?.isAlive === true ? FILES_AHEAD : 1)) {
      const found = this.#files[this.#next];
      if (found === undefined || signal?.aborted === true) return;
      const begun = await this.#begin(found);
      // The same file by another name: it is looked at again when the first one is written.
      if (begun === null) return;
      this.#next += 1;
      this.#ahead.push(begun);
    }
  }

  async #begin(found: FoundFile): Promise<Begun | null> {
    const { file, adapter } = found;
    const none = { found, reading: null };
    if (this.#deps.exclusion.path(file.path))
      return { ...none, result: emptyReport(file, adapter, 'excluded') };
    try {
      const { source, handle, unchanged } = await openSource(file, adapter.client, this.#deps);
      if (this.#rows.has(source.row)) {
        await handle.close();
        if (this.#ahead.length > 0) return null;
        await this.#write();
        return this.#begin(found);
      }
      if (unchanged) {
        await handle.close();
        return { ...none, result: emptyReport(file, adapter, 'unchanged') };
      }
      this.#rows.add(source.row);
      const ingest = new FileIngest(file, adapter, this.#deps, source);
      const job = ingest.job(this.#options.fallbackProject);
      const thread = await this.#threadFor(found.bytes - source.offset);
      const steps =
        thread === null ? this.#readHere(found, handle, job) : thread.read(handle.fd, job, adapter);
      return { found, reading: { ingest, handle, steps }, result: null };
    } catch (error) {
      if (stopsAll(error)) throw error;
      return { ...none, result: { error } };
    }
  }

  async #threadFor(bytes: number): Promise<ReaderThread | null> {
    this.#unread += bytes;
    const { startReader } = this.#options;
    if (
      startReader !== undefined &&
      this.#mayStart &&
      this.#unread >= (this.#options.threadFrom ?? THREAD_FROM)
    ) {
      this.#mayStart = false;
      this.#thread = await ReaderThread.start(startReader, this.#deps.projectOf);
    }
    return this.#thread?.isAlive === true ? this.#thread : null;
  }

  #readHere({ adapter }: FoundFile, handle: FileHandle, job: ReadJob): AsyncGenerator<ReadStep, void> {
    const deps = { ...this.#deps, digestKey: this.#deps.store.digestKey, words: this.#words };
    return readSource(handle, job, adapter, deps);
  }

  async #take(found: FoundFile, { ingest, handle, steps }: NonNullable<Begun['reading']>): Promise<void> {
    const { onFile, fallbackProject } = this.#options;
    try {
      try {
        await this.#follow(found, ingest, steps);
      } catch (error) {
        if (!(error instanceof ReaderLost)) throw error;
        // What of the file was handed over is written first, so that this thread goes on where it ends.
        await this.#write();
        await this.#follow(found, ingest, this.#readHere(found, handle, ingest.job(fallbackProject)));
      }
      this.#ended.push(() => onFile(found, ingest.report()));
    } catch (error) {
      if (stopsAll(error)) throw error;
      this.#ended.push(() => onFile(found, { error }));
    } finally {
      // A thread that is stopped in the middle must not read on in what is closed.
      if (this.#stopped) await this.#thread?.end();
      await handle.close();
    }
  }

  async #follow(found: FoundFile, ingest: FileIngest, steps: AsyncGenerator<ReadStep, void>): Promise<void> {
    const { signal, onRead } = this.#options;
    for await (const step of steps) {
      if (ingest.isOver) break;
      if (step.type === 'read') {
        onRead(step.bytes, found, ingest.added);
        continue;
      }
      ingest.met(step.tally);
      if (step.type === 'end') break;
      this.#group.push({ ingest, batch: step.batch });
      this.#groupMessages += step.batch.count;
      this.#groupBytes += step.batch.bytes;
      if (this.#groupMessages < GROUP_MESSAGES && this.#groupBytes < GROUP_BYTES) continue;
      await this.#write();
      if (signal?.aborted === true) {
        ingest.stop();
        this.#stopped = true;
        break;
      }
    }
  }

  /** Writes the group in one transaction, and tells of the files that have ended with it. */
  async #write(): Promise<void> {
    const group = this.#group;
    this.#group = [];
    this.#groupMessages = 0;
    this.#groupBytes = 0;
    if (group.length > 0) {
      const batches = group.map(({ ingest, batch }) => ingest.batch(batch, false));
      const results = await this.#deps.store.capture.appendAll(batches);
      for (const [at, { ingest, batch }] of group.entries()) {
        const result = results[at];
        if (result !== undefined) await ingest.written(batch, result);
      }
    }
    this.#rows.clear();
    for (const { reading } of this.#ahead) if (reading !== null) this.#rows.add(reading.ingest.row);
    for (const tell of this.#ended.splice(0)) await tell();
    // Transactions do not wait for anything: without this, no signal and no message of the thread would be heard.
    await turn();
  }
}

/** The store is needed for every file, and who aborts means all of them; anything else is about one file. */
function stopsAll(error: unknown): boolean {
  return (
    error instanceof StoreError ||
    codeOf(error)?.startsWith('SQLITE_') === true ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
