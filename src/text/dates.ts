// The stretches of time that a question names: dates as people write them, months, and times told from today.

/** Epoch milliseconds, both ends inclusive. */
export type DateRange = { readonly from: number; readonly until: number };

export type DateContext = {
  readonly now: number;
  /** Years that the store holds something of, for a date without a year. */
  readonly years: readonly number[];
};

const DAY = 86_400_000;
/**
 * People speak of a thing soon after it was, rarely before: a named day is opened by one day and nine, a month and a
 * week by ten days at their end (by the retrieval study).
 */
const OPENED = { before: 1, afterDay: 9, afterMonth: 10 } as const;
/** A question names a date or two; a pasted log names hundreds, and means none of them. */
const MOST_RANGES = 8;
const MOST_YEARS = 10;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const NAMED = new RegExp(
  `(?:\\b(?<before>\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?)?\\b(?<lead>(?:in|during|since|of|last|this|early|mid|late|around)[\\s-]+)?(?<month>${MONTH})\\b\\.?(?:\\s+(?<after>\\d{1,2})(?:st|nd|rd|th)?\\b(?!:))?(?:,?\\s+(?<year>(?:19|20)\\d\\d))?\\b`,
  'giu',
);
const ISO = /\b(?<year>(?:19|20)\d\d)-(?<month>0[1-9]|1[0-2])(?:-(?<day>0[1-9]|[12]\d|3[01]))?\b/gu;
const YEAR =
  /\b(?:in|during|since|throughout|of|early|mid|late|by)[\s-]+(?<year>(?:19|20)\d\d)\b(?![-.:/]\w)/giu;
const SEASON =
  /\b(?<which>(?:in|during|over|since|of|last|this|past|early|mid|late)[\s-]+)(?:the\s+)?(?<season>spring|summer|autumn|fall|winter)\b(?:\s+(?:of\s+)?(?<year>(?:19|20)\d\d))?/giu;
/** Its first month, as the north counts. */
const SEASONS: Readonly<Record<string, number>> = { spring: 2, summer: 5, autumn: 8, fall: 8, winter: 11 };
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const RELATIVE =
  /\b(?:(?<today>today|this morning|tonight)|(?<yesterday>yesterday|last night)|(?<count>\d{1,3}|an?|one|two|three|four|five|six|seven|a few|a couple of)\s+(?<unit>days?|weeks?|months?|years?)\s+ago|(?<which>last|this|past|previous)\s+(?<span>week|month|year|weekend)|last\s+(?<weekday>sunday|monday|tuesday|wednesday|thursday|friday|saturday))\b/giu;

/** Dates named in the text, none twice; empty where there are none, or more than a question would name. */
export function datesNamed(text: string, { now, years }: DateContext): DateRange[] {
  const ranges: DateRange[] = [];
  for (const { groups = {} } of text.matchAll(ISO)) {
    push(ranges, [Number(groups.year)], Number(groups.month) - 1, groups.day);
  }
  for (const { groups = {} } of text.matchAll(NAMED)) {
    const day = groups.before ?? groups.after;
    const name = groups.month?.toLowerCase() ?? '';
    const isDate = day !== undefined || groups.year !== undefined || groups.lead !== undefined;
    // Words of their own, and short forms that are: only beside a day, a year or a preposition.
    if (!isDate && (name.length <= 4 || name === 'march' || name === 'august')) continue;
    const month = MONTHS.indexOf(name.slice(0, 3));
    push(ranges, groups.year === undefined ? recent(years) : [Number(groups.year)], month, day);
  }
  for (const { groups = {} } of text.matchAll(SEASON)) {
    const month = SEASONS[groups.season?.toLowerCase() ?? ''] ?? 0;
    const told = /^(?:last|past)/i.test(groups.which ?? '') ? [lastSeason(month, now)] : recent(years);
    for (const year of groups.year === undefined ? told : [Number(groups.year)]) {
      ranges.push({
        from: Date.UTC(year, month, 1),
        until: Date.UTC(year, month + 3, 1) + OPENED.afterMonth * DAY,
      });
    }
  }
  if (ranges.length === 0) {
    for (const { groups = {} } of text.matchAll(YEAR)) {
      ranges.push({
        from: Date.UTC(Number(groups.year), 0, 1),
        until: Date.UTC(Number(groups.year) + 1, 0, 1) - 1,
      });
    }
  }
  for (const { groups = {} } of text.matchAll(RELATIVE)) {
    const range = relative(groups, now);
    if (range !== null) ranges.push(range);
  }
  return ranges.length > MOST_RANGES * MOST_YEARS ? [] : ranges;
}

/** The numbers of these dates, as they stand in the text: a day and a year are looked for by time, not by word. */
export function dateNumbers(text: string): Set<string> {
  const numbers = new Set<string>();
  for (const { groups = {} } of text.matchAll(NAMED)) {
    for (const part of [groups.before, groups.after, groups.year]) if (part !== undefined) numbers.add(part);
  }
  return numbers;
}

/** A season at most. What is wider tells hardly one message from another: a year is the time of half a store. */
export function isNarrow({ from, until }: DateRange): boolean {
  return until - from <= NARROW_DAYS * DAY;
}
const NARROW_DAYS = 110;

export function inRanges(at: number | null, ranges: readonly DateRange[]): boolean {
  return at !== null && ranges.some(({ from, until }) => at >= from && at <= until);
}

/** The year of the newest season that has begun three months ago or more. */
function lastSeason(month: number, now: number): number {
  const year = new Date(now).getUTCFullYear();
  return Date.UTC(year, month + 3, 1) <= now ? year : year - 1;
}

function recent(years: readonly number[]): readonly number[] {
  return [...years].sort((a, b) => b - a).slice(0, MOST_YEARS);
}

function push(ranges: DateRange[], years: readonly number[], month: number, day: string | undefined): void {
  for (const year of years) {
    if (day === undefined) {
      ranges.push({
        from: Date.UTC(year, month, 1),
        until: Date.UTC(year, month + 1, 1) + OPENED.afterMonth * DAY,
      });
    } else if (Number(day) >= 1 && Number(day) <= 31) {
      ranges.push(dayRange(Date.UTC(year, month, Number(day))));
    }
  }
}

function dayRange(start: number): DateRange {
  return { from: start - OPENED.before * DAY, until: start + OPENED.afterDay * DAY };
}

const COUNTS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  'a few': 3,
  'a couple of': 2,
};
const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365, weekend: 7 };

/** What is told from today is in the log of that time: it needs little opening. */
function relative(groups: Readonly<Record<string, string | undefined>>, now: number): DateRange | null {
  const today = Math.floor(now / DAY) * DAY;
  if (groups.today !== undefined) return { from: today, until: now };
  if (groups.yesterday !== undefined) return { from: today - DAY, until: now };
  if (groups.unit !== undefined) {
    const unit = UNIT_DAYS[groups.unit.toLowerCase().replace(/s$/, '')] ?? 1;
    const count = COUNTS[groups.count?.toLowerCase() ?? ''] ?? Number(groups.count);
    const at = today - count * unit * DAY;
    const around = Math.max(1, unit / 2) * DAY;
    return { from: at - around, until: Math.min(now, at + around + DAY) };
  }
  if (groups.span !== undefined) {
    const days = UNIT_DAYS[groups.span.toLowerCase()] ?? 7;
    const twice = /^(?:last|previous)$/i.test(groups.which ?? '') ? 2 : 1;
    return { from: today - twice * days * DAY, until: now };
  }
  if (groups.weekday !== undefined) {
    const back = (new Date(now).getUTCDay() - WEEKDAYS.indexOf(groups.weekday.toLowerCase()) + 7) % 7 || 7;
    return { from: today - back * DAY, until: today - (back - 2) * DAY };
  }
  return null;
}
