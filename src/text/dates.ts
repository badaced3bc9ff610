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
  `(?:\\b(?<before>\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?)?\\b(?<lead>(?:in|during|since|of|last|this|early|mid|late|around)[\\s-]+)?(?<month>${MONTH})\\b\\.?(?:\\s+(?<after>\\d{1,2})(?:st|nd|rd|th)?\\b(?!:))?(?:(?:,\\s*|\\s+)(?<year>(?:19|20)\\d\\d))?\\b`,
  'giu',
);
/** Not as part of a name: `logs/2026-05-07.log` is a file. */
const ISO =
  /(?<![\w/.-])(?<year>(?:19|20)\d\d)-(?<month>0[1-9]|1[0-2])(?:-(?<day>0[1-9]|[12]\d|3[01]))?\b(?![-/]|\.\w)/gu;
const YEAR =
  /\b(?:in|during|since|throughout|of|early|mid|late|by)[\s-]+(?<year>(?:19|20)\d\d)\b(?![-.:/]\w)/giu;
const SEASON =
  /\b(?<which>(?:in|during|over|since|of|last|this|past|early|mid|late)[\s-]+)(?:the\s+)?(?<season>spring|summer|autumn|fall|winter)\b(?:\s+(?:of\s+)?(?<year>(?:19|20)\d\d))?/giu;
/** Its first month, as the north counts. */
const SEASONS: Readonly<Record<string, number>> = { spring: 2, summer: 5, autumn: 8, fall: 8, winter: 11 };
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const RELATIVE =
  /\b(?:(?<today>today|this morning|tonight)|(?<yesterday>yesterday|last night)|(?<count>\d{1,3}|an?|one|two|three|four|five|six|seven|a few|a couple of)\s+(?<unit>days?|weeks?|months?|years?)\s+ago|(?<which>last|this|past|previous)\s+(?<span>week|month|year|weekend)|last\s+(?<weekday>sunday|monday|tuesday|wednesday|thursday|friday|saturday))\b/giu;

/** What a question says of time. */
export type NamedTimes = {
  /** Opened, since people speak of a thing after it was; empty where none is named, or more than a question would. */
  readonly ranges: readonly DateRange[];
  /** The same as they stand: a day, a month, a week from its first to its last millisecond. */
  readonly periods: readonly DateRange[];
  /** The text without the words that name them. */
  readonly rest: string;
};

type Named = { readonly period: DateRange; readonly range: DateRange };
type Groups = Readonly<Record<string, string | undefined>>;

export function timesNamed(text: string, { now, years }: DateContext): NamedTimes {
  const named: Named[] = [];
  const cuts: Array<readonly [from: number, to: number]> = [];
  const take = (pattern: RegExp, read: (groups: Groups) => readonly Named[]) => {
    for (const match of text.matchAll(pattern)) {
      const found = read(match.groups ?? {});
      if (found.length === 0) continue;
      const open = openEnd(text.slice(Math.max(0, match.index - 20), match.index), match.groups?.lead);
      named.push(...found.map((one) => ({ ...one, period: stretched(one.period, open, now) })));
      cuts.push([match.index, match.index + match[0].length]);
    }
  };
  take(ISO, ({ year, month, day }) => calendar([Number(year)], Number(month) - 1, day));
  take(NAMED, ({ before, after, month = '', year, lead }) => {
    const day = before ?? after;
    const name = month.toLowerCase();
    const isDate = day !== undefined || year !== undefined || lead !== undefined;
    // Words of their own, and short forms that are: only beside a day, a year or a preposition.
    if (!isDate && (name.length <= 4 || name === 'march' || name === 'august')) return [];
    return calendar(
      year === undefined ? recent(years) : [Number(year)],
      MONTHS.indexOf(name.slice(0, 3)),
      day,
    );
  });
  take(SEASON, ({ season = '', which = '', year }) => {
    const month = SEASONS[season.toLowerCase()] ?? 0;
    const told = /^(?:last|past)/i.test(which) ? [lastSeason(month, now)] : recent(years);
    return (year === undefined ? told : [Number(year)]).map((one) =>
      opened({ from: Date.UTC(one, month, 1), until: Date.UTC(one, month + 3, 1) - 1 }, 0, OPENED.afterMonth),
    );
  });
  if (named.length === 0) {
    take(YEAR, ({ year }) => [
      opened({ from: Date.UTC(Number(year), 0, 1), until: Date.UTC(Number(year) + 1, 0, 1) - 1 }, 0, 0),
    ]);
  }
  take(RELATIVE, (groups) => relative(groups, now));
  if (named.length === 0 || named.length > MOST_RANGES * MOST_YEARS)
    return { ranges: [], periods: [], rest: text };
  return {
    ranges: named.map(({ range }) => range),
    periods: named.map(({ period }) => period),
    rest: without(text, cuts),
  };
}

/** The opened ranges of {@link timesNamed}. */
export function datesNamed(text: string, context: DateContext): readonly DateRange[] {
  return timesNamed(text, context).ranges;
}

/** `since May` goes on to now, `before May` comes from the beginning. */
function openEnd(before: string, lead = ''): 'since' | 'before' | null {
  const word = /(\p{L}+)\s+(?:the\s+)?$/u.exec(`${before}${lead}`)?.[1]?.toLowerCase() ?? '';
  if (word === 'since' || word === 'after' || word === 'from') return 'since';
  return word === 'before' || word === 'until' || word === 'till' || word === 'by' ? 'before' : null;
}

function stretched(period: DateRange, open: 'since' | 'before' | null, now: number): DateRange {
  if (open === 'since') return { from: period.from, until: Math.max(period.until, now) };
  return open === 'before' ? { from: 0, until: period.until } : period;
}

function without(text: string, cuts: ReadonlyArray<readonly [from: number, to: number]>): string {
  let rest = text;
  for (const [from, to] of cuts) rest = `${rest.slice(0, from)}${' '.repeat(to - from)}${rest.slice(to)}`;
  return rest;
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

function calendar(years: readonly number[], month: number, day: string | undefined): Named[] {
  return years.flatMap((year) => {
    if (day === undefined) {
      const period = { from: Date.UTC(year, month, 1), until: Date.UTC(year, month + 1, 1) - 1 };
      return [opened(period, 0, OPENED.afterMonth)];
    }
    if (Number(day) < 1 || Number(day) > 31) return [];
    const from = Date.UTC(year, month, Number(day));
    return [opened({ from, until: from + DAY - 1 }, OPENED.before, OPENED.afterDay - 1)];
  });
}

/** @param before, after days */
function opened(period: DateRange, before: number, after: number): Named {
  return { period, range: { from: period.from - before * DAY, until: period.until + after * DAY } };
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
function relative(groups: Groups, now: number): Named[] {
  const today = Math.floor(now / DAY) * DAY;
  const days = (from: number, count: number) => ({ from, until: from + count * DAY - 1 });
  if (groups.today !== undefined) return [opened(days(today, 1), 0, 0)];
  if (groups.yesterday !== undefined)
    return [{ period: days(today - DAY, 1), range: { from: today - DAY, until: now } }];
  if (groups.unit !== undefined) {
    const unit = UNIT_DAYS[groups.unit.toLowerCase().replace(/s$/, '')] ?? 1;
    const count = COUNTS[groups.count?.toLowerCase() ?? ''] ?? Number(groups.count);
    const at = today - count * unit * DAY;
    const around = Math.max(1, unit / 2) * DAY;
    const half = unit === 1 ? 0 : Math.ceil(unit / 2);
    return [
      {
        period: days(at - half * DAY, 2 * half + 1),
        range: { from: at - around, until: Math.min(now, at + around + DAY) },
      },
    ];
  }
  if (groups.span !== undefined) {
    const span = groups.span.toLowerCase();
    const which = groups.which?.toLowerCase() ?? '';
    const twice = which === 'last' || which === 'previous' ? 2 : 1;
    const range = { from: today - twice * (UNIT_DAYS[span] ?? 7) * DAY, until: now };
    return [{ period: spanPeriod(span, which, today), range }];
  }
  if (groups.weekday !== undefined) {
    const back = (new Date(now).getUTCDay() - WEEKDAYS.indexOf(groups.weekday.toLowerCase()) + 7) % 7 || 7;
    const range = { from: today - back * DAY, until: today - (back - 2) * DAY };
    return [{ period: days(today - back * DAY, 1), range }];
  }
  return [];
}

/** `last` and `this` mean a week from Monday, a month, a year of the calendar; `past` so many days up to now. */
function spanPeriod(span: string, which: string, today: number): DateRange {
  if (which === 'past') return { from: today - (UNIT_DAYS[span] ?? 7) * DAY, until: today + DAY - 1 };
  const back = which === 'this' ? 0 : 1;
  const date = new Date(today);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const between = (from: number, next: number) => ({ from, until: next - 1 });
  if (span === 'year') return between(Date.UTC(year - back, 0, 1), Date.UTC(year - back + 1, 0, 1));
  if (span === 'month') return between(Date.UTC(year, month - back, 1), Date.UTC(year, month - back + 1, 1));
  const monday = today - ((date.getUTCDay() + 6) % 7) * DAY - back * 7 * DAY;
  return between(span === 'weekend' ? monday + 5 * DAY : monday, monday + 7 * DAY);
}
