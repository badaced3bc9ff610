/** What embeddings need to know, and what they answer. */
import type { NearDocument, VectorFilter, VectorKind } from '../store/vectors.ts';

export type EmbeddingSettings = {
  /** Base of an OpenAI-compatible API. */
  readonly url: string;
  readonly model: string;
  /** Asked of the endpoint where set; otherwise the model's own number. */
  readonly dimensions: number | null;
  /** Texts sent at once. */
  readonly batch: number;
  /** The longest that the endpoint may take for a batch, in ms. */
  readonly timeout_ms: number;
  /** The longest that a question waits for its vector, in ms. */
  readonly deadline_ms: number;
  /** How much nearness counts beside words; 1 = as measured. */
  readonly weight: number;
  readonly kinds: readonly VectorKind[];
  /** What a model wants before a question or a document; null = by the model's name. */
  readonly question_prefix: string | null;
  readonly document_prefix: string | null;
};

/** A document near to a question. `z`: how many standard deviations nearer than just any document. */
export type NearHit = NearDocument & { readonly z: number };

export type Near = {
  /** Best first. */
  readonly hits: readonly NearHit[];
  /** Vectors that were compared. */
  readonly size: number;
  /** How much nearness counts beside words. */
  readonly weight: number;
};

/** Nearness by meaning, for whoever ranks. */
export type Semantic = {
  /**
   * The documents nearest to the question. Answers within the deadline of the configuration, and then with nothing;
   * it never throws: what went wrong is noted for `status`.
   */
  readonly near: (question: string, filter: VectorFilter, limit: number) => Promise<Near>;
};
