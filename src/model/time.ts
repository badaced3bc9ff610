/** Times are integer epoch milliseconds UTC inside; ISO 8601 at the edges. */
import { UserInputError } from './errors.ts';

export type Clock = () => number;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const RELATIVE = /^(\d{1,4})\s*(m|min|h|d|w)(?:\s*ago)?$/i;
const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** ISO 8601 in UTC with milliseconds. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The UTC day, `2026-11-21`. */
export function day(at: number): string {
  return iso(at).slice(0, 10);
}

/** The UTC minute, `2026-11-21 09:30`. */
export function minute(at: number): string {
  return iso(at).slice(0, 16).replace('T', ' ');
}

/**
 * Reads a time: ISO 8601 with `Z` or an offset, a naive time or a day (both taken as UTC), epoch seconds or
 * milliseconds, or an age (`30m`, `12h`, `7d`, `2w`). Returns null when it is none of these.
 */
export function parseTime(value: unknown, now: number): number | null {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return epoch(Number(text));
  const age = RELATIVE.exec(text);
  if (age?.[1] !== undefined && age[2] !== undefined) {
    return now - Number(age[1]) * (UNITS[age[2].toLowerCase()] ?? 0);
  }
  if (/^today$/i.test(text)) return Math.floor(now / 86_400_000) * 86_400_000;
  if (/^yesterday$/i.test(text)) return Math.floor(now / 86_400_000) * 86_400_000 - 86_400_000;
  return isoTime(text);
}

/** As {@link parseTime}, with the error a person or a model needs. */
export function requireTime(name: string, value: unknown, now: number): number {
  const at = parseTime(value, now);
  if (at !== null) return at;
  throw new UserInputError({
    what: `\`${name}\` is not a time`,
    why: `${JSON.stringify(value)} was sent`,
    next: 'Send ISO 8601 (2026-11-21 or 2026-11-21T09:30:00Z) or an age such as 7d',
  });
}

function isoTime(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, y, mo, d, h = '0', mi = '0', s = '0', fraction = '', zone = 'Z'] = match;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const at = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), millis);
  const back = new Date(at);
  // Date.UTC rolls 31 February over to March: such a day is refused, not moved.
  if (back.getUTCMonth() !== Number(mo) - 1 || back.getUTCDate() !== Number(d) || Number(h) > 23) return null;
  return at - offset(zone);
}

function offset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))) * 60_000;
}

function epoch(value: number): number | null {
  if (!Number.isFinite(value) || value < 0) return null;
  // Below 1e11 it can only be seconds: as milliseconds it would lie in early 1973.
  return Math.round(value < 1e11 ? value * 1000 : value);
}
