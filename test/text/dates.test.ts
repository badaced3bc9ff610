import { describe, expect, it } from 'vitest';
import { datesNamed, inRanges, isNarrow, timesNamed } from '../../src/text/dates.ts';

const now = Date.UTC(2026, 10, 21, 12); // A Saturday.
const context = { now, years: [2025, 2026] };
const day = (year: number, month: number, date: number) => Date.UTC(year, month - 1, date, 12);
const names = (text: string, at: number) => inRanges(at, datesNamed(text, context));

describe('dates that a question names', () => {
  it.each([
    'what broke on 2026-05-07',
    'what broke on 7 May 2026',
    'what broke on the 7th of May',
    'what broke on May 7th, 2026',
    'what broke in May 2026',
    'what broke in may',
  ])('finds what was said a day after: %s', (text) => {
    expect(names(text, day(2026, 5, 8))).toBe(true);
    expect(names(text, day(2026, 7, 20))).toBe(false);
    expect(names(text, day(2026, 4, 20))).toBe(false);
  });

  it.each(['it may fail', 'a march of errors', 'may I ask', 'version 2026', 'mar the surface', 'nothing'])(
    'takes no date out of: %s',
    (text) => {
      expect(datesNamed(text, context)).toEqual([]);
    },
  );

  it('means every year of the store where none is named, and that year alone where one is', () => {
    expect(names('in June', day(2025, 6, 3)) && names('in June', day(2026, 6, 3))).toBe(true);
    expect(names('in June 2026', day(2025, 6, 3))).toBe(false);
  });

  it('tells times from today', () => {
    expect(names('what did we do yesterday', day(2026, 11, 20))).toBe(true);
    expect(names('what did we do yesterday', day(2026, 11, 18))).toBe(false);
    expect(names('last week', day(2026, 11, 10))).toBe(true);
    expect(names('two months ago', day(2026, 9, 22))).toBe(true);
    expect(names('two months ago', day(2026, 11, 1))).toBe(false);
    expect(names('last Tuesday', day(2026, 11, 17))).toBe(true);
  });

  it('has no range for what has no time', () => {
    expect(inRanges(null, datesNamed('yesterday', context))).toBe(false);
  });
});

describe('years and seasons', () => {
  it('finds what was said in a year, and calls so wide a range no telling one', () => {
    expect(names('what broke in 2025', day(2025, 6, 1))).toBe(true);
    expect(names('what broke in 2025', day(2026, 1, 5))).toBe(false);
    expect(datesNamed('what broke in 2025', context).some(isNarrow)).toBe(false);
    expect(datesNamed('what broke in May 2025', context).every(isNarrow)).toBe(true);
  });

  it('takes no number for a year that stands for something else', () => {
    expect(datesNamed('the timeout of 2000-ms', context)).toEqual([]);
    expect(datesNamed('port 2025', context)).toEqual([]);
  });

  it('finds what was said in a season, last or named with its year', () => {
    expect(names('what broke last summer', day(2026, 7, 1))).toBe(true);
    expect(names('what broke last winter', day(2026, 1, 20))).toBe(true);
    expect(names('what broke in the summer of 2025', day(2025, 7, 1))).toBe(true);
    expect(names('what broke in the summer of 2025', day(2026, 7, 1))).toBe(false);
    expect(datesNamed('spring boot', context)).toEqual([]);
  });

  it('takes the words of a date out, and no other number', () => {
    expect(timesNamed('on 25 May, 2022, port 8080', context).rest.split(/[\s,]+/)).toEqual([
      'on',
      'port',
      '8080',
    ]);
  });
});
