import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANALYSER_VERSION, analyse, analyseQuery, contentWords } from '../../src/text/terms.ts';

describe('analyse: words', () => {
  it('has a version', () => {
    expect(ANALYSER_VERSION).toBeGreaterThan(0);
  });

  it('drops stop words, folds irregular forms, takes endings off, keeps the order and repetitions', () => {
    expect(analyse("The foxes went running, and weren't they? Foxes ran.")).toEqual([
      'fox',
      'go',
      'run',
      'fox',
      'run',
    ]);
  });

  it.each([
    ['went goes gone', 'go go go'],
    ['indices index', 'index index'],
    ['wrote written writing', 'write write write'],
    ['children people mice', 'child person mous'],
    ['repositories repos repo', 'repo repo repo'],
  ])('%s', (forms, terms) => {
    expect(analyse(forms)).toEqual(terms.split(' '));
  });

  it.each([
    ["the user's users' it's we're I'll they've", ['user', 'user']],
    ["don't can’t won't isn't", []],
    ["O'Brien said rock'n'roll", ['brien', 'sai', 'rock', 'roll']],
    ['“smart” quotes—dash… (brackets)', ['smart', 'quot', 'dash', 'bracket']],
  ])('contractions and punctuation: %s', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it('folds accents, ligatures, full width and case', () => {
    expect(analyse('Straße naïve CAFÉ Łódź Ærø ﬁle ＡＢＣ')).toEqual([
      'strass',
      'naiv',
      'cafe',
      'lodz',
      'aero',
      'file',
      'abc',
    ]);
    expect(analyse('İstanbul ISTANBUL ılık')).toEqual(['istanbul', 'istanbul', 'ilik']);
    expect(analyse('e\u0301te\u0301')).toEqual(analyse('été'));
  });

  it('keeps languages of one letter', () => {
    expect(analyse('C++ and C# and R')).toEqual(['c++', 'c#', 'r']);
  });
});

describe('analyse: code', () => {
  it.each([
    ['getToken', ['gettoken', 'get', 'token']],
    ['XMLHttpRequest', ['xmlhttprequest', 'xml', 'http', 'request']],
    ['parseURLs', ['parseurls', 'pars', 'url']],
    ['IDs', ['id']],
    ['max_tokens', ['max_tokens', 'max', 'token']],
    ['ERR_MODULE_NOT_FOUND', ['err_module_not_found', 'err', 'modul', 'find']],
    ['better-sqlite3', ['better-sqlite3', 'good', 'sqlite3']],
    [
      'config.auth.accessToken',
      ['config.auth.accesstoken', 'config', 'auth', 'accesstoken', 'access', 'token'],
    ],
    ['std::vector', ['std::vector', 'std', 'vector']],
    ['--no-verify', ['no-verify', 'verifi']],
    ['TS2345', ['ts2345', 'ts', '2345']],
    ['E1234', ['e1234', '1234']],
    ['utf8', ['utf8']],
    ['src/text/clean.ts', ['src/text/clean.ts', 'src', 'text', 'clean.ts', 'clean', 'ts']],
    ['./src/', ['src']],
    ['C:\\Users\\jane', ['c', 'user', 'jane']],
    ['line1\\nline2\\tnext', ['line1', 'line2', 'next']],
    ['user@example.com', ['user@example.com', 'user', 'example.com', 'exampl', 'com']],
    ['@scope/pkg@1.2.3', ['scope/pkg@1.2.3', 'scope', 'pkg', '1.2.3', '1.2']],
  ])('%s', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it('finds a file by its name, its path and its words', () => {
    const terms = new Set(analyse('see src/text/redactionRules.ts:42'));
    for (const asked of [
      'redactionRules.ts',
      'src/text/redactionRules.ts',
      'redaction rules',
      'redactionRules',
    ]) {
      for (const term of analyse(asked)) expect(terms).toContain(term);
    }
  });

  it.each([
    ['1,234,567', ['1234567']],
    ['3.14', ['3.14']],
    ['v1.2.3', ['1.2.3', '1.2']],
    ['20.19.0-rc.1', ['20.19.0-rc.1', '20.19']],
    ['8080', ['8080']],
    ['at 08:30 and 12:45:10', ['08:30', '12:45:10']],
    ['2026-11-21T08:30:00.123Z', ['2026-11-21', '2026']],
    ['123e4567-e89b-42d3-a456-426614174000', ['123e4567-e89b-42d3-a456-426614174000', '123e4567']],
    ['1, 2, 3', ['1', '2', '3']],
  ])('numbers: %s', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it('finds a commit by its first letters, however many', () => {
    const full = '9f2c1ab34d5e6f708192a3b4c5d6e7f809182736';
    for (const length of [7, 9, 12, 40]) {
      expect(analyse(full)).toEqual(expect.arrayContaining(analyse(full.slice(0, length)).slice(-1)));
    }
  });

  it('takes host and pieces of a URL, not its scheme', () => {
    expect(analyse('https://www.example.com:8080/docs/api-guide?tab=install#linux.')).toEqual([
      'example.com',
      'exampl',
      'doc',
      'api-guide',
      'api',
      'guid',
      'tab',
      'instal',
      'linux',
    ]);
    expect(analyse('(https://example.org/x)')).toEqual(['example.org', 'exampl', 'x']);
  });

  it('skips blobs: long runs, encoded data', () => {
    expect(analyse('x'.repeat(5000))).toEqual([]);
    expect(analyse(`before ${'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAF'.repeat(20)} after`)).toEqual([]);
    expect(analyse(`then ${'QmFzZTY0'.repeat(40)} next`)).toEqual(['next']);
  });

  it('gives no term longer than 64 units', () => {
    const long = `${'directory/'.repeat(30)}file.ts`;
    expect(Math.max(...analyse(long).map((term) => term.length))).toBeLessThanOrEqual(64);
    expect(analyse(long)).toContain('file.ts');
  });
});

describe('analyse: other scripts', () => {
  it.each([
    ['数据库', ['数据', '据库']],
    ['库', ['库']],
    ['使用pnpm管理依赖。', ['使用', 'pnpm', '管理', '理依', '依赖']],
    ['カタカナー ひらがな', ['カタ', 'タカ', 'カナ', 'ナー', 'ひら', 'らが', 'がな']],
    ['데이터베이스', ['데이', '이터', '터베', '베이', '이스']],
    ['ﾃﾞｰﾀ', ['デー', 'ータ']],
    ['Привет, ёлка', ['привет', 'елка']],
    ['Ελλάδα λόγος', ['ελλαδα', 'λογοσ']],
    ['العَرَبِيَّة', ['العربية']],
    ['שָׁלוֹם', ['שלום']],
  ])('%s', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it('finds two characters within a long run', () => {
    const terms = new Set(analyse('我们昨天发现了一个严重的性能问题'));
    for (const term of analyse('性能')) expect(terms).toContain(term);
  });

  it('takes Thai by pairs', () => {
    expect(analyse('ภาษาไทย').every((term) => [...term].length === 2)).toBe(true);
  });
});

describe('analyse: bounds', () => {
  it('stops at maxTerms', () => {
    expect(analyse('one fish red fish blue fish', { maxTerms: 3 })).toEqual(['on', 'fish', 'red']);
    expect(analyse('src/text/clean.ts', { maxTerms: 2 })).toHaveLength(2);
  });

  it('gives the same terms whatever was analysed before', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 }), (list) => {
        const first = list.map((text) => analyse(text));
        expect(
          [...list]
            .reverse()
            .map((text) => analyse(text))
            .reverse(),
        ).toEqual(first);
      }),
    );
  });

  it('gives bounded, non-empty terms without blanks or capitals for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const term of analyse(text)) {
          expect(term).not.toMatch(/\s/);
          expect(term).not.toBe('');
          expect(term.length).toBeLessThanOrEqual(64);
          expect(term).toBe(term.toLowerCase());
        }
      }),
    );
  });

  it('a word is found again, whatever stands around it', () => {
    const word = fc.stringMatching(/^[b-z]{5,12}$/);
    fc.assert(
      fc.property(
        word,
        fc.constantFrom(' ', '\n', '(', '"', '“', '，', ', ', '\t', '→', '*'),
        (text, sign) => {
          const terms = analyse(text);
          expect(analyse(`${sign}${text}${sign}${text}${sign}`)).toEqual([...terms, ...terms]);
        },
      ),
    );
  });
});

describe('analyseQuery', () => {
  it('drops how a question asks', () => {
    expect(analyseQuery('How many retries does the uploader do?').terms).toEqual(['retri', 'upload']);
    expect(analyseQuery('What kind of database do we use?').terms).toEqual(['databas', 'us']);
  });

  it('gives each term once', () => {
    expect(analyseQuery('token token tokens').terms).toEqual(['token']);
  });

  it('gives phrases and identifiers', () => {
    const query = analyseQuery(
      'Where is `getToken` called with "max retries" in src/auth.ts, 「数据库」 v1.2.3?',
    );
    expect(query.phrases).toEqual(['getToken', 'max retries', '数据库']);
    expect(query.identifiers).toEqual(['gettoken', 'src/auth.ts', 'v1.2.3']);
  });

  it.each(['what is it', 'who are you?', '', '???', 'the of and'])(
    'says when nothing is left: %j',
    (text) => {
      expect(analyseQuery(text)).toMatchObject({ terms: [], allStop: true });
    },
  );

  it('keeps question words that are all there is', () => {
    expect(analyseQuery('how long').terms).toEqual(['long']);
  });
});

describe('contentWords', () => {
  it('keeps negations, whatever their form', () => {
    for (const text of ["don't use npm", 'do not use npm', 'never use npm', 'No npm use', 'cannot use npm']) {
      expect(contentWords(text)).toContain('not');
    }
    expect(contentWords('nie npm verwenden')).toContain('not');
    expect(contentWords('ohne npm')).toContain('without');
    expect(contentWords('use npm')).not.toContain('not');
  });

  it('gives each word once', () => {
    expect(contentWords('npm, npm and npm')).toEqual(['npm']);
  });

  it('is what analyse gives, where nothing is negated', () => {
    expect(contentWords('the parser reads src/a.ts twice')).toEqual(
      analyse('the parser reads src/a.ts twice'),
    );
  });
});
