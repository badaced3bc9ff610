/** Reads what an embeddings endpoint has answered: floats or base64, in the order of `index`. */
import { unit } from './unit.ts';

export type Read =
  | { readonly ok: true; readonly vectors: readonly Float32Array[] }
  | { readonly ok: false; readonly why: string };

/** @param dimensions null = whatever the model gives, the same for all */
export function readVectors(body: string, count: number, dimensions: number | null): Read {
  const parsed = parse(body);
  const data = isRecord(parsed) && Array.isArray(parsed.data) ? parsed.data : null;
  if (data === null) return { ok: false, why: 'it answered with something else than vectors' };
  if (data.length !== count)
    return { ok: false, why: `it answered ${data.length} vectors for ${count} texts` };
  const vectors: Array<Float32Array | undefined> = Array.from({ length: count });
  let size = dimensions;
  for (const [place, item] of data.entries()) {
    if (!isRecord(item)) return { ok: false, why: 'it answered with something else than vectors' };
    const at = typeof item.index === 'number' ? item.index : place;
    const values = valuesOf(item.embedding);
    if (values === null) return { ok: false, why: 'a vector is neither numbers nor base64' };
    size ??= values.length;
    if (values.length !== size)
      return { ok: false, why: `it answered ${values.length} numbers where ${size} were expected` };
    const vector = unit(values);
    if (vector === null) return { ok: false, why: 'a vector is zero or holds what is no number' };
    vectors[at] = vector;
  }
  const all = vectors.slice(0, count).flatMap((vector) => vector ?? []);
  return all.length === count ? { ok: true, vectors: all } : { ok: false, why: 'vectors are missing' };
}

function valuesOf(embedding: unknown): Float32Array | null {
  if (typeof embedding === 'string') return fromBase64(embedding);
  if (!Array.isArray(embedding) || embedding.length === 0) return null;
  const values = new Float32Array(embedding.length);
  for (const [at, value] of embedding.entries()) {
    if (typeof value !== 'number') return null;
    values[at] = value;
  }
  return values;
}

/** 32-bit floats, little-endian. */
function fromBase64(text: string): Float32Array | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null;
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
