/** How values lie in their columns: long text deflated, JSON as text, token streams as varints. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Above this many bytes text is stored deflated (design: 16 kB). */
const DEFLATE_ABOVE = 16_384;

export type Packed = string | Buffer;

export function pack(text: string): Packed {
  if (text.length <= DEFLATE_ABOVE) return text;
  // Level 1: transcripts shrink 5-10 times already, and import must keep up with the disk.
  return deflateRawSync(Buffer.from(text, 'utf8'), { level: 1 });
}

export function unpack(value: Packed): string {
  return typeof value === 'string' ? value : inflateRawSync(value).toString('utf8');
}

export function packJson(value: unknown): Packed {
  return pack(JSON.stringify(value));
}

export function unpackJson(value: Packed): unknown {
  return JSON.parse(unpack(value));
}

/** The same bytes, as the driver wants them. */
export function bytes(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Term numbers in order as LEB128 varints. */
export function packTerms(numbers: ArrayLike<number>): Buffer {
  const out = Buffer.allocUnsafe(numbers.length * 5);
  let at = 0;
  for (let place = 0; place < numbers.length; place += 1) {
    let rest = numbers[place] ?? 0;
    while (rest > 127) {
      out[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    out[at++] = rest;
  }
  return out.subarray(0, at);
}

export function unpackTerms(blob: Uint8Array, length: number): Uint32Array {
  const out = new Uint32Array(length);
  let at = 0;
  let value = 0;
  let shift = 0;
  for (const byte of blob) {
    value |= (byte & 127) << shift;
    if (byte < 128) {
      out[at++] = value >>> 0;
      value = 0;
      shift = 0;
    } else {
      shift += 7;
    }
  }
  return out;
}

const DIGITS = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz', 'latin1');
/** A blank and the digits of 2^32 in base 36. */
const LONGEST_WORD = 8;

/** Writes term numbers as the words of the full-text table: base 36, a blank before each. */
export class TermWords {
  #bytes = Buffer.alloc(4096);
  #end = 0;

  /** At most so many numbers will follow. */
  begin(count: number): void {
    this.#end = 0;
    if (count * LONGEST_WORD > this.#bytes.length) this.#bytes = Buffer.alloc(count * LONGEST_WORD);
  }

  put(number: number): void {
    const bytes = this.#bytes;
    let length = 1;
    for (let rest = number; rest >= 36; rest = Math.floor(rest / 36)) length += 1;
    bytes[this.#end] = 32;
    let rest = number;
    for (let at = this.#end + length; at > this.#end; at -= 1) {
      bytes[at] = DIGITS[rest % 36] ?? 0;
      rest = Math.floor(rest / 36);
    }
    this.#end += length + 1;
  }

  text(): string {
    return this.#bytes.toString('latin1', 0, this.#end);
  }
}
