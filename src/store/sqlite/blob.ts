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

/** Term numbers in order as LEB128 varints. */
export function packTerms(numbers: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(numbers.length * 5);
  let at = 0;
  for (const number of numbers) {
    let rest = number;
    while (rest > 127) {
      out[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    out[at++] = rest;
  }
  return Buffer.from(out.subarray(0, at));
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

/** Term numbers as the words of the full-text table. */
export function termWords(numbers: Iterable<number>): string {
  let words = '';
  for (const number of numbers) words += ` ${number.toString(36)}`;
  return words;
}
