import { describe, expect, it } from 'vitest';
import { askedAuthor, type KnownName, nameWords, wordsOfName } from '../../src/text/asked-author.ts';

const known: readonly KnownName[] = [
  { word: 'ann', author: 1, program: false },
  { word: 'smith', author: 1, program: false },
  { word: 'bo', author: 2, program: false },
  { word: 'codex', author: 3, program: true },
];
const asked = (question: string) => {
  const { authors, terms } = askedAuthor(question, known);
  return { authors: authors === null ? null : [...authors], terms: [...terms] };
};

describe('the author whom a question names', () => {
  it('is found by a name, alone or with the last name, and taken out of the terms', () => {
    expect(asked("What is Ann's plan?")).toEqual({ authors: [1], terms: ['ann'] });
    expect(asked('What did Ann Smith plan?').authors).toEqual([1]);
  });

  it('is the one who acts where two are named, and nobody where neither does', () => {
    expect(asked('What did Ann tell Bo?').authors).toEqual([1]);
    expect(asked('What do Ann and Bo share?').authors).toBeNull();
  });

  it('is a program only where somebody asks what it said', () => {
    expect(asked('what did codex say about hooks').authors).toEqual([3]);
    expect(asked('Codex hooks time out')).toEqual({ authors: null, terms: [] });
  });

  it('is not found in a common word written small', () => {
    expect(asked('the smith of words')).toEqual({ authors: null, terms: [] });
    expect(asked('what did ann say').authors).toEqual([1]);
  });

  it('is looked up by the words that may be names, as they are kept', () => {
    expect(nameWords('What did José say of the cart')).toEqual(['what', 'jose']);
    expect(wordsOfName('José Q. Pérez')).toEqual(['jose', 'perez']);
  });

  it('is found by a short form inside a sentence, not by a word that opens it', () => {
    const short: readonly KnownName[] = [{ word: 'how', author: 4, program: false, shortened: true }];
    const mel: readonly KnownName[] = [{ word: 'mel', author: 5, program: false, shortened: true }];
    expect(askedAuthor('How did it break?', short).named).toBe(false);
    expect(askedAuthor('What did Mel plan?', mel)).toEqual({
      authors: new Set([5]),
      named: true,
      terms: new Set(['mel']),
    });
  });
});
