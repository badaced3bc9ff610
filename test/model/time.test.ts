import { describe, expect, it } from 'vitest';
import { iso, parsePeriod, parseTime, requireTime } from '../../src/model/time.ts';

const now = Date.UTC(2026, 10, 21, 12);
const ends = (value: unknown) => {
  const period = parsePeriod(value, now);
  return period === null ? null : [iso(period.from), iso(period.until)];
};

describe('a time that is sent', () => {
  it.each([
    ['2026-03-18', '2026-03-18T00:00:00.000Z', '2026-03-18T23:59:59.999Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'],
    ['2025', '2025-01-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['yesterday', '2026-11-20T00:00:00.000Z', '2026-11-20T23:59:59.999Z'],
    ['Today', '2026-11-21T00:00:00.000Z', '2026-11-21T23:59:59.999Z'],
    ['2026-03-18T09:30:00Z', '2026-03-18T09:30:00.000Z', '2026-03-18T09:30:00.000Z'],
    ['1d', '2026-11-20T12:00:00.000Z', '2026-11-20T12:00:00.000Z'],
  ])('means all of %s', (value, from, until) => {
    expect(ends(value)).toEqual([from, until]);
  });

  it.each(['2026-13', '2026-02-30', '0099-01-01', '0099', '', '12', 'soon'])('is none in %j', (value) => {
    expect(ends(value)).toBeNull();
  });

  it('is taken from the end that is meant', () => {
    expect(iso(requireTime('since', '2026-03', now))).toBe('2026-03-01T00:00:00.000Z');
    expect(iso(requireTime('until', '2026-03', now, 'end'))).toBe('2026-03-31T23:59:59.999Z');
    expect(() => requireTime('until', 'soon', now, 'end')).toThrow(/`until` is not a time/);
  });

  it('of the first century is not taken for one of the last', () => {
    expect(parseTime('0099-01-01', now)).toBeNull();
    expect(parseTime('0099-01-01T00:00:00Z', now)).toBeNull();
  });
});
