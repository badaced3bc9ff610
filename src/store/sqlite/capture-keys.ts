/**
 * How a batch's records are told from others: by the client's own identity, or, where it gives none, by what they say
 * and how often it stands before them in the file.
 */
import { hash } from 'node:crypto';
import type { CaptureBatch } from '../capture.ts';
import { bytes } from './blob.ts';
import type { CaptureStatements, StoredMessage } from './capture-statements.ts';
import type { OpenSession } from './session-book.ts';

const KEY_BYTES = 16;

/** A record's identity, and the row that has it already. */
export type Keyed = { readonly key: Buffer; readonly known: StoredMessage | undefined };

export class RecordKeys {
  readonly #statements: CaptureStatements;
  readonly #source: CaptureBatch['source'];

  constructor(statements: CaptureStatements, source: CaptureBatch['source']) {
    this.#statements = statements;
    this.#source = source;
  }

  /** By the identity that the client gives. */
  find({ row, fresh }: OpenSession, key: Buffer): Keyed {
    const isNew = fresh !== null && !fresh.messages.has(key.toString('latin1'));
    return { key, known: isNew ? undefined : this.#statements.byKey.get(key, row) };
  }

  /**
   * Identity of a record that has none: its digest and its count among equal ones from the start of this file. Rows
   * remember where they were seen last, so the count is the first whose row this reading has not passed yet.
   */
  derive(session: OpenSession, digest: Buffer, place: number): Keyed {
    const { row, epoch } = this.#source;
    const look = (count: number): Keyed => this.find(session, derived(digest, count));
    const isPassed = ({ known }: Keyed): boolean =>
      known !== undefined &&
      known.seenSource === row &&
      known.seenEpoch === epoch &&
      (known.seenPlace ?? 0) < place;
    let high = 1;
    let found = look(high);
    while (isPassed(found)) {
      high *= 2;
      found = look(high);
    }
    let low = high >> 1;
    // Everything up to `low` was passed, `high` was not: ten thousand equal lines take fourteen look-ups each.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const between = look(middle);
      if (isPassed(between)) {
        low = middle;
      } else {
        high = middle;
        found = between;
      }
    }
    return found;
  }

  /** The nearest kept ancestor by key, through skipped records; null while it has not been seen. */
  resolve({ row, fresh }: OpenSession, key: Uint8Array): { row: number; turn: number | null } | null {
    let at = bytes(key);
    // A chain of skipped records is a few hundred at most; the bound stops a cycle in a damaged file.
    for (let steps = 0; steps < 10_000; steps += 1) {
      const message =
        fresh === null ? this.#statements.byKey.get(at, row) : fresh.messages.get(at.toString('latin1'));
      if (message !== undefined) return { row: message.row, turn: message.turn };
      const hop = this.#statements.hopOf.get(row, at);
      if (hop === undefined) return null;
      at = hop;
    }
    return null;
  }
}

function derived(digest: Buffer, count: number): Buffer {
  const name = Buffer.concat([digest, Buffer.from(`#${count}`, 'latin1')]);
  return hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
}
