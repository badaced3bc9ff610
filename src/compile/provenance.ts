/** What stands behind a claimed item: the envelope it came in, and who said its words by the evidence of now. */
import * as z from 'zod';
import type { Evidence, NewMemory, Origin } from '../model/memory.ts';
import { originOf } from '../policy/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import type { Envelope } from '../store/suggestions.ts';

/** What an envelope's payload says beside its items. */
const payloadOf = z.object({
  readable: z.boolean().default(false),
  /** Of a review: the position in the session up to which it looked. */
  reviewed_up_to: z.number().nullable().default(null),
  files: z.array(z.object({ path: z.string(), sha256: z.string().nullable() })).default([]),
});

export type Proof = {
  readonly origin: Origin;
  readonly evidence: Evidence;
  readonly keepAsked: boolean;
  /** The client keeps a transcript that midturn can read. */
  readonly readable: boolean;
};

/** A record without its words. */
export type Base = Omit<NewMemory, 'kind' | 'title' | 'content' | 'contentHash' | 'state' | 'reason'>;

const CONFIDENCE: Readonly<Record<Origin, number>> = { user: 1, agent: 0.7, tool: 0.5 };

/** Looks each call up once, however many items came with it. One for a batch: transcripts grow. */
export class Provenance {
  readonly #store: Store;
  readonly #now: number;
  readonly #calls = new Map<string, Promise<CapturedCall | null>>();

  constructor(store: Store, now: number) {
    this.#store = store;
    this.#now = now;
  }

  /** Decided now, not when it was submitted: a transcript may show by now what it had not shown then. */
  async proofOf(envelope: Envelope, words: string): Promise<Proof> {
    const { readable, reviewed_up_to: reviewed } = payloadOf.parse(envelope.payload);
    const call = await this.#callOf(envelope);
    const session = call?.session ?? envelope.session;
    if (session === null) {
      const why = 'no session stands behind it';
      return { origin: 'agent', evidence: { proven: true, why, refs: [] }, keepAsked: false, readable };
    }
    const found = await originOf(this.#store, {
      content: words,
      session,
      upTo: call?.position ?? reviewed ?? Number.MAX_SAFE_INTEGER,
      turn: call?.turn ?? envelope.turn,
    });
    if (call === null && envelope.callId !== null && readable) {
      const why = 'the transcript did not show the call yet';
      return capped({ ...found, readable, evidence: { proven: false, why, refs: [] } }, why);
    }
    // A review has no call: it says itself up to where it looked.
    if (call === null && reviewed === null)
      return capped({ ...found, readable }, 'the call is in no transcript');
    return envelope.originCap === 'agent'
      ? capped({ ...found, readable }, 'words of a file count as an agent’s at most')
      : { ...found, readable };
  }

  base(envelope: Envelope, proof: Proof, confidence: number, paths: readonly string[]): Base {
    const { files } = payloadOf.parse(envelope.payload);
    return {
      scope: 'project',
      project: envelope.project,
      origin: proof.origin,
      claim: null,
      evidence: proof.evidence,
      // A claim adds nothing to what the evidence gives.
      confidence: Math.min(confidence, CONFIDENCE[proof.origin]),
      tags: [],
      aliases: [],
      paths: paths.map((path) => files.find((file) => file.path === path) ?? { path, sha256: null }),
      sources: proof.evidence.refs,
      client: envelope.client,
      session: envelope.session,
      externalSession: envelope.externalSession,
      turn: envelope.turn,
      callId: envelope.callId,
      checkout: envelope.checkout,
      cwd: envelope.cwd,
      branch: envelope.branch,
      commit: envelope.commit,
      validFrom: this.#now,
      validTo: null,
    };
  }

  #callOf({ callId, session }: Envelope): Promise<CapturedCall | null> {
    if (callId === null) return Promise.resolve(null);
    const key = `${session ?? ''} ${callId}`;
    const known = this.#calls.get(key) ?? this.#store.capture.findCall(callId, session);
    this.#calls.set(key, known);
    return known;
  }
}

/** Without the call nobody can say what stood before it: a person's words may have come later. */
function capped(proof: Proof, why: string): Proof {
  if (proof.origin !== 'user') return proof;
  return { ...proof, origin: 'agent', keepAsked: false, evidence: { ...proof.evidence, why, refs: [] } };
}
