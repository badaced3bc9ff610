/** Typed looks into parsed JSON of unknown shape: a missing or mistyped field is undefined, never an error. */

export type JsonRecord = { readonly [key: string]: unknown };

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`, or undefined. */
export function record(value: unknown, key: string): JsonRecord | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value[key];
  return isRecord(inner) ? inner : undefined;
}

/** The string under `key`, or undefined. */
export function text(value: unknown, key: string): string | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value[key];
  return typeof inner === 'string' ? inner : undefined;
}

/** The finite number under `key`, or undefined. */
export function number(value: unknown, key: string): number | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value[key];
  return typeof inner === 'number' && Number.isFinite(inner) ? inner : undefined;
}

/** True only for `true` under `key`. */
export function flag(value: unknown, key: string): boolean {
  return isRecord(value) && value[key] === true;
}

/** The array under `key`, or an empty one. */
export function list(value: unknown, key: string): readonly unknown[] {
  if (!isRecord(value)) return [];
  const inner = value[key];
  return Array.isArray(inner) ? inner : [];
}

/** Epoch milliseconds of the ISO time under `key`, or null. */
export function time(value: unknown, key: string): number | null {
  const stamp = text(value, key);
  if (stamp === undefined) return null;
  const at = Date.parse(stamp);
  return Number.isNaN(at) ? null : at;
}
