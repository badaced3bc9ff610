/** What was forgotten stays out when it is read again: by its session, or by its key and digest in another one. */
import type { MessageState } from '../../model/message.ts';
import type { SealedMessage } from '../capture.ts';
import type { CaptureStatements } from './capture-statements.ts';

export class Forgotten {
  readonly #statements: CaptureStatements;
  /** Most stores have forgotten nothing: then nothing is looked up. */
  readonly #any: boolean;
  readonly #sessions = new Map<string, MessageState | null>();

  constructor(statements: CaptureStatements) {
    this.#statements = statements;
    this.#any = statements.anyGone.get() !== undefined;
  }

  /** The state that a new record of the session takes over; null for one that is to be kept. */
  stateOf(session: string, key: Buffer, digest: Buffer): MessageState | null {
    if (!this.#any) return null;
    return this.#session(session) ?? this.#statements.goneRecord.get(key, digest) ?? null;
  }

  #session(id: string): MessageState | null {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const state = this.#statements.goneSession.get(id) ?? null;
    this.#sessions.set(id, state);
    return state;
  }
}

/** What is left of a record that was forgotten: that it was there. */
export function withoutWords(message: SealedMessage): SealedMessage {
  const { describes: _describes, ...rest } = message;
  return { ...rest, text: '', parts: null, meta: '{}', terms: [], author: null, tool: null, callIds: [] };
}
