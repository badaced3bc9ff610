/** Times are integer epoch milliseconds UTC inside; ISO 8601 at the edges. */
import { UserInputError } from './errors.ts';

export type Clock = () => number;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const RELATIVE = /^(\d{1,4})\s*(m|min|h|d|w)(?:\s*ago)?$/i;
const DAY = 86_400_000;
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
  return namedDay(text, now) ?? isoTime(text);
}

/** Epoch milliseconds, both ends inclusive. */
export type Period = { readonly from: number; readonly until: number };

const PERIOD = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/**
 * Reads a time as the stretch that it means: a day, a month or a year (UTC) from its first to its last millisecond,
 * any other time as {@link parseTime} reads it, as a stretch without length. Null when it is none of these.
 */
export function parsePeriod(value: unknown, now: number): Period | null {
  const text = typeof value === 'string' ? value.trim() : '';
  const today = namedDay(text, now);
  if (today !== null) return { from: today, until: today + DAY - 1 };
  const named = PERIOD.exec(text);
  if (named !== null) return calendarPeriod(named);
  const at = parseTime(value, now);
  return at === null ? null : { from: at, until: at };
}

/**
 * As {@link parsePeriod}, with the error a person or a model needs.
 * @param edge which end of a day, month or year is meant
 */
export function requireTime(
  name: string,
  value: unknown,
  now: number,
  edge: 'start' | 'end' = 'start',
): number {
  const period = parsePeriod(value, now);
  if (period !== null) return edge === 'start' ? period.from : period.until;
  throw new UserInputError({
    what: `\`${name}\` is not a time`,
    why: `${JSON.stringify(value)} was sent`,
    next: 'Send a day (2026-11-21), a month (2026-11), an ISO time (2026-11-21T09:30:00Z) or an age such as 7d',
  });
}

function namedDay(text: string, now: number): number | null {
  const today = Math.floor(now / DAY) * DAY;
  if (/^today$/i.test(text)) return today;
  return /^yesterday$/i.test(text) ? today - DAY : null;
}

function calendarPeriod([, year = '', month, date]: RegExpExecArray): Period | null {
  const [y, m, d] = [Number(year), Number(month ?? '1') - 1, Number(date ?? '1')];
  const from = Date.UTC(y, m, d);
  const back = new Date(from);
  // Date.UTC rolls 31 February over to March: such a day is refused, not moved. Years below 100 are taken as 19xx.
  if (back.getUTCFullYear() !== y || back.getUTCMonth() !== m || back.getUTCDate() !== d) return null;
  if (month === undefined) return { from, until: Date.UTC(y + 1, 0, 1) - 1 };
  return { from, until: (date === undefined ? Date.UTC(y, m + 1, 1) : from + DAY) - 1 };
}

function isoTime(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, y, mo, d, h = '0', mi = '0', s = '0', fraction = '', zone = 'Z'] = match;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const at = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), millis);
  const back = new Date(at);
  // Date.UTC rolls 31 February over to March: such a day is refused, not moved. Years below 100 are taken as 19xx.
  if (back.getUTCFullYear() !== Number(y)) return null;
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
