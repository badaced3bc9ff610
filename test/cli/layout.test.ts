import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, columns, count, counted, foldedColumns, oneLine, size } from '../../src/cli/layout.ts';

describe('columns', () => {
  it('stand under each other, numbers to the right', () => {
    expect(
      columns([
        ['one', 1, 'file'],
        ['three', 1200, 'files'],
      ]),
    ).toEqual(['  one        1  file', '  three  1,200  files']);
  });

  it('leave no blanks at the end of a line', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 })), (rows) => {
        for (const line of columns(rows)) expect(line).toBe(line.trimEnd());
      }),
    );
  });
});

describe('folded columns', () => {
  it('fold the last one between words, and keep a path and a command whole', () => {
    const rows = [
      ['ok', 'one', 'All that hooks have left is done'],
      ['', '', 'to do: midturn doctor --fix --rebuild --no-start'],
      ['warn', 'three', `/a/${'long/'.repeat(8)}path is not yours`],
    ];
    expect(foldedColumns(rows, { width: 40, isWhole: (text) => text.startsWith('to do') })).toEqual([
      '  ok    one    All that hooks have left',
      '               is done',
      '               to do: midturn doctor --fix --rebuild --no-start',
      `  warn  three  /a/${'long/'.repeat(8)}path`,
      '               is not yours',
    ]);
  });

  it('are no longer than the width, lose no word, and are as they were where there is no room', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 10, max: 90 }),
        (texts, width) => {
          const rows = texts.map((words, at) => [`${at}`, words.join(' ')]);
          const lines = foldedColumns(rows, { width, indent: '' });
          if (width < 27) expect(lines).toEqual(columns(rows, ''));
          else for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
          expect(lines.join(' ').match(/[a-z]+/g)).toEqual(texts.flat());
        },
      ),
    );
  });
});

describe('sizes and counts', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [266_240, '266 kB'],
    [999_600, '1.0 MB'],
    [17_353_545, '17 MB'],
    [1_200_000_000, '1.2 GB'],
  ])('%i is %s', (bytes, words) => expect(size(bytes)).toBe(words));

  it('agree in number', () => {
    expect([counted(0, 'file'), counted(1, 'file'), counted(1234, 'memory', 'memories'), count(1e6)]).toEqual(
      ['0 files', '1 file', '1,234 memories', '1,000,000'],
    );
  });
});

describe('stored text', () => {
  it('comes as one line of the width that was asked for, without what a terminal would obey', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 2, max: 80 }),
        (text, width) => {
          const line = oneLine(text, width);
          expect(line.length).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/[\p{Cc}]/u);
        },
      ),
    );
  });

  it('is not cut where it fits', () => {
    expect(oneLine('exactly ten', 11)).toBe('exactly ten');
    expect(oneLine('exactly ten', 10)).toBe('exactly t…');
  });

  it('is indented line by line', () => {
    expect(block('one\n\ntwo\u001b[31m')).toBe('  one\n\n  two');
  });
});
