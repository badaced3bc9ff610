import { describe, expect, it } from 'vitest';
import { formsOf, isForm } from '../../src/text/inflection.ts';

describe('forms of a word', () => {
  it.each([
    ['пароль', 'пароли'],
    ['копия', 'копии'],
    ['резервная', 'резервные'],
    ['резервная', 'резервными'],
    ['база', 'базой'],
  ])('%s may be %s', (term, other) => {
    const sought = formsOf(term, 0);
    expect(other.startsWith(sought?.prefix ?? '-') && other.length <= (sought?.longest ?? 0)).toBe(true);
    expect(isForm(term, other)).toBe(true);
  });

  it.each([
    ['пароль', 'паровозы'],
    ['база', 'базальт'],
    ['пароль', 'пароль'],
  ])('%s is not %s', (term, other) => {
    expect(isForm(term, other)).toBe(false);
  });

  it('are not looked for where the stemmer has done it, nor for short words, names and pairs of characters', () => {
    expect(formsOf('deploi', 3)).toBeNull();
    expect(formsOf('дом', 0)).toBeNull();
    expect(formsOf('src/a.ts', 0)).toBeNull();
    expect(formsOf('数据', 0)).toBeNull();
    expect(formsOf('rechnung', 0)).not.toBeNull();
  });
});
