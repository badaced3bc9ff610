/** Brings a vector to length 1: endpoints differ in whether they do. */

/** Null where it has no length: zeros, or a value that is no number. */
export function unit(vector: Float32Array): Float32Array | null {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!Number.isFinite(sum) || sum <= 0) return null;
  const length = Math.sqrt(sum);
  return vector.map((value) => value / length);
}
