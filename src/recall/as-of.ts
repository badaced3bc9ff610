/** The time whose truth is asked for. A day, month or year means its end: what was decided on that day counts. */
import { UserInputError } from '../model/errors.ts';
import { day, minute, type Period, parsePeriod } from '../model/time.ts';

export type Moment = {
  /** Epoch milliseconds. */
  readonly at: number;
  /** As it is said: `2026-05-01`, `2026-05`, `2026-05-01 09:30`. */
  readonly label: string;
};

/** @throws UserInputError for what is no time, or lies ahead of now. */
export function asOfMoment(value: string, now: number): Moment {
  const text = value.trim();
  const period = parsePeriod(text, now);
  if (period === null) {
    throw new UserInputError({
      what: '`as_of` is not a time',
      why: `${JSON.stringify(value)} was sent`,
      next: 'Send a day (2026-05-01), a month (2026-05), an ISO time (2026-05-01T09:30:00Z) or an age such as 7d',
    });
  }
  if (period.from > now) {
    throw new UserInputError({
      what: '`as_of` lies in the future',
      why: `${JSON.stringify(value)} was sent, today is ${day(now)}`,
      next: 'Send an earlier time, or leave `as_of` out for what holds now',
    });
  }
  return { at: Math.min(period.until, now), label: labelOf(text, period) };
}

/** A day, month or year is said as it was sent; a name of a day as the day it is. */
function labelOf(text: string, { from, until }: Period): string {
  if (from === until) return minute(from);
  return /^\d/.test(text) ? text : day(from);
}
