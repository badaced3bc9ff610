import { describe, expect, it } from 'vitest';
import { type RankStream, rankMessages, weighQuery } from '../../src/text/ranking.ts';
import { confidence, isWeakMessage, judgeMessages } from '../../src/text/relevance.ts';
import { NO_SIGNALS } from '../../src/text/signals.ts';

const DAY = 86_400_000;

function asking(documents: number, frequencies: readonly number[], certain = false) {
  const terms = frequencies.map((frequency, at) => ({
    number: frequency === 0 ? null : at + 1,
    documents: frequency,
    ...(certain && at === 0 ? { exact: true, certain } : {}),
  }));
  return weighQuery({ documents, averageLength: 10, terms });
}

function message(row: number, terms: readonly number[]): RankStream {
  return { row, session: row, place: 1, terms: Uint32Array.from(terms), at: row * DAY, cues: 0, author: 0 };
}

describe('confidence in messages', () => {
  it('is silent where one word in four is known, relies on three in four', () => {
    const query = asking(600, [5, 5, 5, 0]);
    expect(judgeMessages(query, rankMessages(query, [message(1, [1])], [1], 1))).toBe('none');
    expect(judgeMessages(query, rankMessages(query, [message(1, [1, 2, 3])], [1], 1))).toBe('good');
  });

  it('calls one word of two a weak match', () => {
    const query = asking(600, [5, 0]);
    const ranked = rankMessages(query, [message(1, [1])], [1], 1);
    expect(judgeMessages(query, ranked)).toBe('weak');
    expect(ranked.every((one) => isWeakMessage(query, one))).toBe(true);
  });

  it('relies on a message that holds the whole question, not half of it', () => {
    const query = asking(600, [5, 5, 0, 0]);
    const [partly] = rankMessages(query, [message(1, [1, 2])], [1], 1);
    const [whole] = rankMessages(asking(600, [5, 5]), [message(1, [1, 2])], [1], 1);
    expect(partly && isWeakMessage(query, partly)).toBe(true);
    expect(whole && !isWeakMessage(query, whole)).toBe(true);
  });

  it('takes more in a larger store, where chance finds more', () => {
    const query = asking(600, [5, 5, 0]);
    const [one] = rankMessages(query, [message(1, [1])], [1], 1);
    if (one === undefined) throw new Error('nothing was ranked');
    expect(confidence({ documents: 100_000 }, one)).toBeLessThan(confidence({ documents: 600 }, one));
    expect(confidence({ documents: 10 }, one)).toBe(confidence({ documents: 600 }, one));
  });

  it('is certain of a name that only code writes, whatever else was asked', () => {
    const query = asking(100_000, [3, 0, 0, 0, 0, 0, 0], true);
    const ranked = rankMessages(query, [message(1, [1])], [1], 1);
    expect(judgeMessages(query, ranked)).toBe('good');
    expect(ranked.some((one) => isWeakMessage(query, one))).toBe(false);
  });

  it('shows what is of the time asked for, even where no word is known, as weak', () => {
    const query = asking(600, [0, 0]);
    const asked = { ...NO_SIGNALS, named: true, ranges: [{ from: 0, until: 3 * DAY }] };
    expect(judgeMessages(query, rankMessages(query, [message(1, [7])], [1], 1, asked))).toBe('weak');
    expect(judgeMessages(query, rankMessages(query, [message(9, [7])], [9], 1))).toBe('none');
  });
});
