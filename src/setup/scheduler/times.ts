/**
 * How often: the lengths that a calendar can say evenly (minutes that divide an hour, hours that divide a day), so
 * that all systems can be told the same.
 */
import { UserInputError } from '../../model/errors.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
const LEAST = 5;

export const DEFAULT_MINUTES = 15;

/** @throws UserInputError for a length that no calendar says evenly */
export function requireMinutes(minutes: number): number {
  const even =
    Number.isSafeInteger(minutes) &&
    minutes >= LEAST &&
    (minutes <= HOUR ? HOUR % minutes === 0 : minutes % HOUR === 0 && DAY % minutes === 0);
  if (even) return minutes;
  throw new UserInputError({
    what: `Every ${minutes} minutes cannot be scheduled`,
    why: 'it has to divide an hour or, in whole hours, a day, and be 5 at least',
    next: 'Take 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720 or 1440',
  });
}

/** For systemd's OnCalendar. */
export function calendarOf(minutes: number): string {
  if (minutes === DAY) return '*-*-* 00:00:00';
  if (minutes > HOUR) return `*-*-* 00/${minutes / HOUR}:00:00`;
  return minutes === HOUR ? '*-*-* *:00:00' : `*-*-* *:00/${minutes}:00`;
}

/** The five fields of a crontab line. */
export function cronOf(minutes: number): string {
  if (minutes === DAY) return '0 0 * * *';
  if (minutes > HOUR) return `0 */${minutes / HOUR} * * *`;
  return minutes === HOUR ? '0 * * * *' : `*/${minutes} * * * *`;
}

/** What the five fields say; null for fields that are not ours. */
export function minutesOfCron(fields: string): number | null {
  const [, minute, hour] = /^(\S+) (\S+) \* \* \*$/.exec(fields) ?? [];
  const step = /^\*\/(\d+)$/;
  if (minute === '0' && hour === '0') return DAY;
  if (minute === '0' && hour === '*') return HOUR;
  if (minute === '0') return numbered(step.exec(hour ?? '')?.[1], HOUR);
  return hour === '*' ? numbered(step.exec(minute ?? '')?.[1], 1) : null;
}

function numbered(digits: string | undefined, times: number): number | null {
  return digits === undefined ? null : Number(digits) * times;
}
