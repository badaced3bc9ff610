/**
 * A sealed batch as it is handed to another thread: its entries in one buffer, which is moved, not copied, and taken
 * apart when they are written. What waits is then no burden on the heap, and its size is known.
 */
import { Deserializer, Serializer } from 'node:v8';
import * as z from 'zod';
import type { CaptureEntry } from '../store/capture.ts';
import type { SealedBatch } from './reading.ts';

export type PackedBatch = Omit<SealedBatch, 'entries' | 'words'> & {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Words that were not sent before; `anew` = none was. */
  readonly words: readonly string[];
  readonly anew: boolean;
};

const Entries = z.custom<readonly CaptureEntry[]>((value) => Array.isArray(value));

/** Packs the batches of one thread, in order. */
export class BatchPacker {
  #words: readonly string[] = [];
  #sent = 0;

  pack({ entries, words, ...rest }: SealedBatch): PackedBatch {
    const anew = words !== this.#words;
    if (anew) this.#sent = 0;
    const added = words.slice(this.#sent);
    this.#words = words;
    this.#sent = words.length;
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue([...entries]);
    // Its own buffer is as large as it has grown.
    const packed = new Uint8Array(serializer.releaseBuffer());
    return { ...rest, packed, words: added, anew };
  }
}

/** The other end: it must see every batch, in order, wanted or not. */
export class BatchUnpacker {
  #words: string[] = [];

  unpack({ packed, words, anew, ...rest }: PackedBatch): SealedBatch {
    if (anew) this.#words = [];
    for (const word of words) this.#words.push(word);
    return { ...rest, entries: new PackedEntries(packed), words: this.#words };
  }
}

class PackedEntries implements Iterable<CaptureEntry> {
  readonly #packed: Uint8Array;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
  }

  [Symbol.iterator](): Iterator<CaptureEntry> {
    const deserializer = new Deserializer(this.#packed);
    deserializer.readHeader();
    return Entries.parse(deserializer.readValue())[Symbol.iterator]();
  }
}
