import { describe, expect, it } from 'vitest';
import { synonymsOf } from '../../src/text/synonyms.ts';
import { analyse } from '../../src/text/terms.ts';

const others = (word: string) => synonymsOf(analyse(word)[0] ?? '');
const term = (word: string) => analyse(word)[0];

describe('other words for the same', () => {
  it('knows what developers call one thing', () => {
    expect(others('database')).toContain(term('db'));
    expect(others('login')).toContain(term('authentication'));
    expect(others('k8s')).toContain(term('kubernetes'));
    expect(others('flaky')).toContain(term('intermittent'));
  });

  it('goes both ways', () => {
    for (const word of ['typescript', 'rollback', 'timeout', 'cron', 'stderr', 'uuid']) {
      for (const other of others(word)) expect(synonymsOf(other)).toContain(term(word));
    }
  });

  it('has none for words of every day, and never the word itself', () => {
    for (const word of ['holiday', 'mother', 'paint', 'music', 'friend']) expect(others(word)).toEqual([]);
    expect(others('db')).not.toContain(term('db'));
  });
});
