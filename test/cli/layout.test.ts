import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, columns, count, counted, oneLine, size } from '../../src/cli/layout.ts';

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
