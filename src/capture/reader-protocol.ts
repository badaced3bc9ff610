/** What is said between an import and the thread that reads for it. Everything in it survives a structured clone. */
import * as z from 'zod';
import type { ProjectId } from '../model/ids.ts';
import type { Adapter } from './adapter.ts';
import type { PackedBatch } from './packed-batch.ts';
import type { ReadJob, ReadStep } from './reading.ts';

/** As {@link ReadStep}, packed. */
export type SentStep =
  | Exclude<ReadStep, { type: 'batch' }>
  | (Omit<Extract<ReadStep, { type: 'batch' }>, 'batch'> & { readonly batch: PackedBatch });

/** `ask` is the question of `project` that failed over there, whose error is known better there. */
export type SentError = { readonly message: string; readonly ask: number | null };

export type ToReader =
  | {
      readonly type: 'read';
      readonly id: number;
      readonly fd: number;
      /** {@link nameOf} of the adapter: the same exists in both threads. */
      readonly adapter: string;
      readonly job: ReadJob;
    }
  /** The answer to `project`. */
  | { readonly type: 'project'; readonly ask: number; readonly project: ProjectId | null }
  /** It could not be answered. */
  | { readonly type: 'unanswered'; readonly ask: number }
  /** A batch of so many bytes was taken to be written, or is not wanted. */
  | { readonly type: 'taken'; readonly bytes: number }
  /** Nothing more is wanted of this file. */
  | { readonly type: 'drop'; readonly id: number };

export type FromReader =
  | { readonly type: 'ready' }
  | { readonly type: 'step'; readonly id: number; readonly step: SentStep }
  | { readonly type: 'failed'; readonly id: number; readonly error: SentError }
  /** Nothing of this file is touched any more. */
  | { readonly type: 'over'; readonly id: number }
  | { readonly type: 'project'; readonly ask: number; readonly cwd: string };

const isMessage = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
/** Both ends are the same build: only the shape of the envelope is looked at. */
export const ToReader = z.custom<ToReader>(isMessage);
export const FromReader = z.custom<FromReader>(isMessage);

/** A `Worker`, a `MessagePort`, or what stands in for them. */
export type Port = {
  /** Buffers in `moved` are gone from this thread afterwards. */
  readonly postMessage: (message: ToReader | FromReader, moved?: readonly ArrayBuffer[]) => void;
  readonly on: (event: 'message', listener: (message: unknown) => void) => unknown;
};

export function nameOf({ client, variant }: Adapter): string {
  return variant === undefined ? client : `${client} ${variant}`;
}
