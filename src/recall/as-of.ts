/** The time whose truth is asked for. A day, month or year means its end: what was decided on that day counts. */
import { UserInputError } from '../model/errors.ts';
import { day, minute, parseTime } from '../model/time.ts';

export type Moment = {
  /** Epoch milliseconds. */
  readonly at: number;
  /** As it is said: `2026-05-01`, `2026-05`, `2026-05-01 09:30`. */
  readonly label: string;
};

const PERIOD = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/** @throws UserInputError for what is no time, or lies ahead of now. */
export function asOfMoment(value: string, now: number): Moment {
  const text = value.trim();
  const moment = periodEnd(text) ?? timeOf(text, now);
  if (moment === null) {
    throw new UserInputError({
      what: '`as_of` is not a time',
      why: `${JSON.stringify(value)} was sent`,
      next: 'Send a day (2026-05-01), a month (2026-05), an ISO time (2026-05-01T09:30:00Z) or an age such as 7d',
    });
  }
  if (moment.from > now) {
    throw new UserInputError({
      what: '`as_of` lies in the future',
      why: `${JSON.stringify(value)} was sent, today is ${day(now)}`,
      next: 'Send an earlier time, or leave `as_of` out for what holds now',
    });
  }
  return { at: Math.min(moment.at, now), label: moment.label };
}

type Period = Moment & { readonly from: number };

function periodEnd(text: string): Period | null {
  const match = PERIOD.exec(text);
  if (match === null) return null;
  const [, year = '', month, date] = match;
  const [y, m, d] = [Number(year), Number(month ?? '1') - 1, Number(date ?? '1')];
  const from = Date.UTC(y, m, d);
  const back = new Date(from);
  // Date.UTC rolls 31 February over to March: such a day is refused, not moved. Years below 100 are taken as 19xx.
  if (back.getUTCFullYear() !== y || back.getUTCMonth() !== m || back.getUTCDate() !== d) return null;
  const next =
    month === undefined
      ? Date.UTC(y + 1, 0, 1)
      : date === undefined
        ? Date.UTC(y, m + 1, 1)
        : Date.UTC(y, m, d + 1);
  return { from, at: next - 1, label: text };
}

function timeOf(text: string, now: number): Period | null {
  const at = parseTime(text, now);
  return at === null ? null : { from: at, at, label: minute(at) };
}
