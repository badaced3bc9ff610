/**
 * The end of the protocol that reads and seals: one file after the other, in the order in which they were asked for.
 * It waits while too much of what it has read was not taken over yet, so that memory stays constant.
 */
import { fstat, read } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf, SourceError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Adapter } from './adapter.ts';
import type { ReadableFile } from './lines.ts';
import { BatchPacker } from './packed-batch.ts';
import { type FromReader, nameOf, type Port, type SentError, ToReader } from './reader-protocol.ts';
import { type ReadDeps, type ReadStep, readSource } from './reading.ts';
import { WordTable } from './word-table.ts';

/** Bytes that may be on their way or wait over there; a batch of any size may always go. */
const MOST_AHEAD = 2_000_000;

export type HostDeps = Omit<ReadDeps, 'projectOf' | 'words'> & {
  readonly adapters: readonly Adapter[];
};

type Asked = {
  readonly resolve: (project: ProjectId | null) => void;
  readonly reject: (error: Unanswered) => void;
};

/** The other thread could not say a directory's project. */
class Unanswered extends Error {
  readonly ask: number;
  constructor(ask: number) {
    super('the project of a directory could not be told');
    this.ask = ask;
  }
}

type Job = Extract<ToReader, { type: 'read' }>;

/** Answers on `port` until it is closed. */
export function serveReader(port: Port, deps: HostDeps): void {
  const host = new ReaderHost(port, deps);
  port.on('message', (message) => host.hear(ToReader.parse(message)));
  port.postMessage({ type: 'ready' });
}

class ReaderHost {
  readonly #port: Port;
  readonly #deps: HostDeps;
  readonly #projects = new Map<string, Promise<ProjectId | null>>();
  readonly #asked = new Map<number, Asked>();
  readonly #dropped = new Set<number>();
  readonly #words = new WordTable();
  readonly #packer = new BatchPacker();
  #asks = 0;
  #ahead = 0;
  #taken: (() => void) | null = null;
  #line: Promise<void> = Promise.resolve();

  constructor(port: Port, deps: HostDeps) {
    this.#port = port;
    this.#deps = deps;
  }

  hear(message: ToReader): void {
    switch (message.type) {
      case 'read':
        this.#line = this.#line.then(() => this.#read(message));
        return;
      case 'project':
        this.#asked.get(message.ask)?.resolve(message.project);
        this.#asked.delete(message.ask);
        return;
      case 'unanswered':
        this.#asked.get(message.ask)?.reject(new Unanswered(message.ask));
        this.#asked.delete(message.ask);
        return;
      case 'taken':
        this.#ahead -= message.bytes;
        this.#wake();
        return;
      case 'drop':
        this.#dropped.add(message.id);
        this.#wake();
        return;
      default:
        message satisfies never;
    }
  }

  async #read({ id, fd, adapter, job }: Job): Promise<void> {
    const { adapters, ...deps } = this.#deps;
    const projectOf = (cwd: string): Promise<ProjectId | null> => this.#projectOf(cwd);
    try {
      const found = adapters.find((one) => nameOf(one) === adapter);
      if (found === undefined) throw new SourceError({ what: `${job.file.path} has no reader here` });
      const steps = readSource(fileOf(fd), job, found, { ...deps, projectOf, words: this.#words });
      for await (const step of steps) {
        if (this.#dropped.has(id)) break;
        this.#send(id, step);
        while (this.#ahead >= MOST_AHEAD && !this.#dropped.has(id)) {
          await new Promise<void>((resolve) => {
            this.#taken = resolve;
          });
        }
      }
    } catch (error) {
      this.#say({ type: 'failed', id, error: sent(error) });
    }
    this.#dropped.delete(id);
    this.#say({ type: 'over', id });
  }

  #send(id: number, step: ReadStep): void {
    if (step.type !== 'batch') {
      this.#say({ type: 'step', id, step });
      return;
    }
    const batch = this.#packer.pack(step.batch);
    const { buffer } = batch.packed;
    this.#ahead += buffer.byteLength;
    this.#port.postMessage({ type: 'step', id, step: { ...step, batch } }, [buffer]);
  }

  /** What could be told is remembered; what could not is asked again. */
  #projectOf(cwd: string): Promise<ProjectId | null> {
    const known = this.#projects.get(cwd);
    if (known !== undefined) return known;
    const ask = ++this.#asks;
    const answer = new Promise<ProjectId | null>((resolve, reject) =>
      this.#asked.set(ask, { resolve, reject }),
    );
    this.#projects.set(cwd, answer);
    answer.then(
      (project) => project ?? this.#projects.delete(cwd),
      () => this.#projects.delete(cwd),
    );
    this.#say({ type: 'project', ask, cwd });
    return answer;
  }

  #wake(): void {
    this.#taken?.();
    this.#taken = null;
  }

  #say(message: FromReader): void {
    this.#port.postMessage(message);
  }
}

const readFd = promisify(read);
const statFd = promisify(fstat);

/** Another thread's file by its descriptor: it stays open there until the reading is over. */
function fileOf(fd: number): ReadableFile {
  return {
    read: (buffer, offset, length, position) => readFd(fd, buffer, offset, length, position),
    stat: () => statFd(fd),
  };
}

function sent(error: unknown): SentError {
  return { message: messageOf(error), ask: error instanceof Unanswered ? error.ask : null };
}
