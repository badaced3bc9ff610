/**
 * The end of the protocol that asks: files are read and sealed in another thread while this one writes. Results come
 * file by file in the order in which they were asked for, and are the same as {@link readSource} gives.
 */
import { codeOf, SourceError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Adapter } from './adapter.ts';
import { BatchUnpacker } from './packed-batch.ts';
import { FromReader, nameOf, type Port, type SentStep } from './reader-protocol.ts';
import type { ReadJob, ReadStep } from './reading.ts';

/** A thread that runs {@link serveReader}, and how it is ended. */
export type ReaderWorker = Port & {
  /** `error` with what it died of, `exit` when it has ended. */
  readonly on: (event: 'message' | 'error' | 'exit', listener: (value: unknown) => void) => unknown;
  readonly terminate: () => Promise<unknown>;
};

/** The thread is gone, with what it had not handed over: another one can read on from there. */
export class ReaderLost extends SourceError {}

/** A file that is being read. */
type Reading = {
  readonly arrived: Array<{ readonly step: ReadStep; readonly bytes: number } | Error>;
  /** Called when something has arrived. */
  wake: (() => void) | null;
  over: boolean;
};

export class ReaderThread {
  readonly #worker: ReaderWorker;
  readonly #projectOf: (cwd: string) => Promise<ProjectId | null>;
  readonly #readings = new Map<number, Reading>();
  readonly #unpacker = new BatchUnpacker();
  readonly #unanswered = new Map<number, unknown>();
  #ready: (isReady: boolean) => void = () => undefined;
  #dead: Error | null = null;
  #ids = 0;

  private constructor(worker: ReaderWorker, projectOf: (cwd: string) => Promise<ProjectId | null>) {
    this.#worker = worker;
    this.#projectOf = projectOf;
    worker.on('message', (message) => this.#hear(FromReader.parse(message)));
    worker.on('error', (error) => this.#die(error));
    worker.on('exit', () => this.#die(null));
  }

  /** Null where no thread can be started: files are read in this one then. */
  static async start(
    start: () => ReaderWorker | null,
    projectOf: (cwd: string) => Promise<ProjectId | null>,
  ): Promise<ReaderThread | null> {
    let worker: ReaderWorker | null;
    try {
      worker = start();
    } catch (error) {
      // What threads are refused for is Node's or the system's to say; anything else is a mistake of ours.
      if (codeOf(error) === undefined) throw error;
      return null;
    }
    if (worker === null) return null;
    const thread = new ReaderThread(worker, projectOf);
    const isReady = await new Promise<boolean>((resolve) => {
      thread.#ready = resolve;
    });
    return isReady ? thread : null;
  }

  /** True while it can be asked. */
  get isAlive(): boolean {
    return this.#dead === null;
  }

  /** Asks for a file at once; its steps are waited for one by one. `fd` must stay open until the steps have ended. */
  read(fd: number, job: ReadJob, adapter: Adapter): AsyncGenerator<ReadStep, void> {
    const id = ++this.#ids;
    const reading: Reading = { arrived: [], wake: null, over: false };
    this.#readings.set(id, reading);
    this.#worker.postMessage({ type: 'read', id, fd, adapter: nameOf(adapter), job });
    return this.#steps(id, reading);
  }

  async end(): Promise<void> {
    this.#dead ??= new ReaderLost({ what: 'The reading thread was ended' });
    await this.#worker.terminate();
  }

  async *#steps(id: number, reading: Reading): AsyncGenerator<ReadStep, void> {
    try {
      for (;;) {
        const next = reading.arrived.shift();
        if (next === undefined) {
          if (reading.over) return;
          if (this.#dead !== null) throw this.#dead;
          await this.#more(reading);
          continue;
        }
        if (next instanceof Error) throw next;
        this.#take(next.bytes);
        yield next.step;
      }
    } finally {
      await this.#letGo(id, reading);
    }
  }

  /** The file may be closed afterwards. */
  async #letGo(id: number, reading: Reading): Promise<void> {
    if (!reading.over && this.#dead === null) this.#worker.postMessage({ type: 'drop', id });
    while (!reading.over && this.#dead === null) {
      for (const next of reading.arrived.splice(0)) if (!(next instanceof Error)) this.#take(next.bytes);
      await this.#more(reading);
    }
    this.#readings.delete(id);
  }

  /** The thread may read on for so many bytes. */
  #take(bytes: number): void {
    if (bytes > 0) this.#worker.postMessage({ type: 'taken', bytes });
  }

  #more(reading: Reading): Promise<void> {
    return new Promise((resolve) => {
      reading.wake = resolve;
    });
  }

  #hear(message: FromReader): void {
    switch (message.type) {
      case 'ready':
        this.#ready(true);
        return;
      case 'step':
        this.#give(message.id, message.step);
        return;
      case 'failed':
        this.#give(message.id, this.#errorOf(message.error));
        return;
      case 'over': {
        const reading = this.#readings.get(message.id);
        if (reading === undefined) return;
        reading.over = true;
        wake(reading);
        return;
      }
      case 'project':
        void this.#answer(message.ask, message.cwd);
        return;
      default:
        message satisfies never;
    }
  }

  async #answer(ask: number, cwd: string): Promise<void> {
    try {
      const project = await this.#projectOf(cwd);
      this.#worker.postMessage({ type: 'project', ask, project });
    } catch (error) {
      // The file that asked fails with it.
      this.#unanswered.set(ask, error);
      this.#worker.postMessage({ type: 'unanswered', ask });
    }
  }

  #errorOf({ message, ask }: Extract<FromReader, { type: 'failed' }>['error']): Error {
    const own = ask === null ? undefined : this.#unanswered.get(ask);
    return own instanceof Error ? own : new Error(message);
  }

  #give(id: number, sent: SentStep | Error): void {
    const arrived = sent instanceof Error ? sent : this.#arrived(sent);
    const reading = this.#readings.get(id);
    if (reading === undefined) return;
    reading.arrived.push(arrived);
    wake(reading);
  }

  #arrived(step: SentStep): { readonly step: ReadStep; readonly bytes: number } {
    if (step.type !== 'batch') return { step, bytes: 0 };
    const bytes = step.batch.packed.byteLength;
    return { step: { ...step, batch: this.#unpacker.unpack(step.batch) }, bytes };
  }

  #die(error: unknown): void {
    this.#ready(false);
    this.#dead ??= new ReaderLost(
      { what: 'The reading thread has ended', next: 'Import again: it goes on where it was left' },
      { cause: error },
    );
    for (const reading of this.#readings.values()) wake(reading);
  }
}

function wake(reading: Reading): void {
  reading.wake?.();
  reading.wake = null;
}
