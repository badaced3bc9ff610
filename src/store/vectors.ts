/**
 * Vectors of memories and messages, kept beside them for questions that share no word with their answer. They are
 * derived and may be missing at any time: whoever asks must have another way to answer.
 */
import type { Memory, MemoryState } from '../model/memory.ts';
import type { Message } from '../model/message.ts';
import type { MemoryScope } from './memories.ts';
import type { Candidate, MessageFilter } from './search.ts';

export const VECTOR_KINDS = ['memories', 'messages'] as const;
export type VectorKind = (typeof VECTOR_KINDS)[number];

export type VectorModel = {
  readonly row: number;
  /** As the configuration calls it: no address, no key. */
  readonly name: string;
  readonly dimensions: number;
  /** Some process has asked for it last: another one is on its way out, and is not filled any more. */
  readonly wanted: boolean;
};

/** What is to be embedded. `version` tells whether it was changed or erased before its vector came back. */
export type Due =
  | { readonly kind: 'memories'; readonly row: number; readonly version: number; readonly memory: Memory }
  | { readonly kind: 'messages'; readonly row: number; readonly version: number; readonly message: Message };

export type NewVector = {
  readonly row: number;
  readonly version: number;
  readonly vector: Float32Array;
};

export type VectorFilter =
  | { readonly kind: 'messages'; readonly messages: MessageFilter }
  /** Scopes narrow the search down; the caller checks each record again. Null = all. */
  | {
      readonly kind: 'memories';
      readonly scopes: readonly MemoryScope[] | null;
      readonly states: readonly MemoryState[];
    };

export type NearDocument = Candidate & {
  readonly at: number | null;
  /** Cosine, -1..1. */
  readonly similarity: number;
};

export type Nearest = {
  /** Best first. */
  readonly documents: readonly NearDocument[];
  /** Vectors of that kind. */
  readonly size: number;
  /** How similar the question is to just any document of the model. */
  readonly background: {
    readonly middle: number;
    /** Standard deviation, of this question's similarities or of those of random pairs: the larger one. */
    readonly deviation: number;
    /** How many vectors that was told from. */
    readonly sample: number;
  };
};

type VectorProgress = Readonly<Record<VectorKind, { readonly done: number; readonly total: number }>>;

/** `exact`: the extension cannot be loaded here, and the same is computed without it. */
export type VectorEngine = {
  readonly name: 'sqlite-vec' | 'exact';
  readonly why: string | null;
};

export interface VectorsPort {
  /** Loads what compares vectors; nothing of it is loaded before. */
  engine(): Promise<VectorEngine>;
  /** The newest wanted model of that name, or null. */
  model(name: string): Promise<VectorModel | null>;
  /**
   * Says which model is wanted from now on. `probe` is what it makes of a fixed text: where a model of that name is
   * known by another one, or by another number of dimensions, it is a new model.
   */
  want(name: string, probe: Float32Array): Promise<VectorModel>;
  /** One process fills at a time: true while `holder` is the one, for `ms` milliseconds from now. */
  claim(holder: string, ms: number): Promise<boolean>;
  release(holder: string): Promise<void>;
  /**
   * Documents without a vector, newest first, among `scan` documents below `before` (null = the newest). `next` is
   * where to go on, or null when the last one was looked at.
   */
  due(
    model: VectorModel,
    kind: VectorKind,
    options: { readonly before: number | null; readonly limit: number; readonly scan: number },
  ): Promise<{ readonly due: readonly Due[]; readonly next: number | null }>;
  /** Keeps vectors of documents that are as they were; returns how many. Throws nothing for those that are not. */
  put(model: VectorModel, kind: VectorKind, vectors: readonly NewVector[]): Promise<number>;
  near(model: VectorModel, vector: Float32Array, filter: VectorFilter, limit: number): Promise<Nearest>;
  progress(model: VectorModel | null): Promise<VectorProgress>;
  /** Drops up to `limit` vectors of other models, and those models when they have none; returns how many went. */
  dropOthers(model: VectorModel, limit: number): Promise<number>;
  /** Vectors whose document is gone: none, unless the file was changed by hand. */
  orphans(): Promise<number>;
}
