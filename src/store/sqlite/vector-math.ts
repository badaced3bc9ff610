/**
 * How vectors are kept: as bytes for comparing exactly, and as one bit a dimension (its side of the centre) for
 * finding what is worth comparing. Pure functions over arrays.
 */

/** More bits than this add time and no recall: what they find is compared exactly afterwards. */
const MOST_BITS = 512;

/** Words of 32 bits in a code. */
export function codeWords(dimensions: number): number {
  return Math.ceil(Math.min(dimensions, MOST_BITS) / 32);
}

/** -127..127 by the largest of them: the angle between two vectors moves by less than a hundredth. */
export function toBytes(vector: Float32Array): Int8Array {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  const bytes = new Int8Array(vector.length);
  if (most > 0)
    for (let at = 0; at < vector.length; at += 1) bytes[at] = Math.round(((vector[at] ?? 0) / most) * 127);
  return bytes;
}

/** Which dimensions lie above the centre. Vectors of one model share a direction, which would tell nothing apart. */
export function codeOf(vector: Float32Array, centre: Float32Array): Int32Array {
  const code = new Int32Array(codeWords(vector.length));
  const bits = Math.min(vector.length, MOST_BITS);
  for (let at = 0; at < bits; at += 1) {
    if ((vector[at] ?? 0) > (centre[at] ?? 0)) code[at >>> 5] = (code[at >>> 5] ?? 0) | (1 << (at & 31));
  }
  return code;
}

export function centreOf(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const centre = new Float32Array(dimensions);
  for (const vector of vectors) {
    for (let at = 0; at < dimensions; at += 1)
      centre[at] = (centre[at] ?? 0) + (vector[at] ?? 0) / vectors.length;
  }
  return centre;
}

/** Cosine of two vectors of any length; 0 where one has none. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let left = 0;
  let right = 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}

export function asBlob(values: Int8Array | Int32Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

export function bytesOf(blob: Uint8Array): Int8Array {
  return new Int8Array(blob.buffer, blob.byteOffset, blob.byteLength);
}

/** Copied: a blob may lie at any address, floats at every fourth only. */
export function floatsOf(blob: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(blob).buffer);
}
