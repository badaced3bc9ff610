import { describe, expect, it } from 'vitest';
import { Drills, MOST_DRILLS } from '../../src/history/drills.ts';

describe('what was opened in a turn', () => {
  it('counts pages of one thing as one', () => {
    const drills = new Drills();
    drills.opened('s', 't', 'first', false);
    for (let at = 0; at < 20; at += 1) drills.opened('s', 't', `page ${at}`, true);
    expect(drills.verdict('s', 't', 'second', false)).toBe('open');
  });

  it('is forgotten when the turn changes, and kept apart by session', () => {
    const drills = new Drills();
    for (let at = 0; at < MOST_DRILLS; at += 1) drills.opened('s', 't', `${at}`, false);
    expect(drills.verdict('s', 't', 'more', false)).toBe('enough');
    expect(drills.verdict('other', 't', 'more', false)).toBe('open');
    expect(drills.verdict('s', 'next', '0', false)).toBe('open');
  });

  it('remembers a bounded number of sessions, the one used last among them', () => {
    const drills = new Drills();
    drills.opened('first', 't', 'x', false);
    for (let at = 0; at < 500; at += 1) drills.opened(`s${at}`, 't', 'x', false);
    expect(drills.verdict('s499', 't', 'x', false)).toBe('again');
    expect(drills.verdict('first', 't', 'x', false)).toBe('open');
  });
});
