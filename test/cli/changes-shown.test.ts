/** Changes of files as setup and uninstall show them. */
import { describe, expect, it } from 'vitest';
import { changeLines, changeRows } from '../../src/cli/changes-shown.ts';
import { widthOf } from '../../src/cli/io.ts';

const FILE = '/home/dev/.claude/settings.json';
/** The text of folded lines put together again. */
const joined = (lines: readonly string[]): string =>
  lines
    .map((line) => line.slice(2))
    .reduce((all, line) => (line.startsWith('↪') ? all + line.slice(1) : `${all}\n${line}`), '');

describe('a change', () => {
  it('is shown to its last letter, however long its lines are', () => {
    const long = `{"hooks":"${'abcdefghij'.repeat(90)}"}`;
    const lines = changeLines({ file: FILE, before: null, after: `${long}\n` }, 80);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(joined(lines)).toContain(`\n+${long}`);
  });

  it('within a long line leaves out what stays, and says so', () => {
    const [start, end] = ['a'.repeat(5000), 'z'.repeat(5000)];
    const shown = joined(
      changeLines({ file: FILE, before: `${start}${end}`, after: `${start}NEW${end}` }, 100),
    );
    expect(shown).toMatch(/\n-…a{40}z{40}…\n\+…a{40}NEWz{40}…$/);
  });

  it('cuts only lines that stay, with a mark', () => {
    const other = 'x'.repeat(300);
    const shown = changeLines({ file: FILE, before: `${other}\n`, after: `${other}\nnew\n` }, 80);
    expect(shown).toContainEqual(expect.stringMatching(/^ {3}x+…$/));
    expect(shown.at(-1)).toBe('  +new');
  });

  it('has a line that says how much it is', () => {
    const rows = changeRows([
      { file: '/a', before: null, after: 'one\ntwo\n', why: 'hooks' },
      { file: '/b', before: 'one\n', after: 'one\ntwo\n', why: 'the server' },
      { file: '/c', before: 'one\ntwo\n', after: 'one\n', why: 'out' },
      { file: '/d', before: 'one\n', after: null, why: 'out' },
    ]);
    expect(rows).toEqual([
      '  /a  new, 2 lines: hooks',
      '  /b  1 line added: the server',
      '  /c  1 line taken out: out',
      '  /d  the file goes: out',
    ]);
  });
});

describe('the width of a stream', () => {
  it('is 80 for a terminal that does not know it, and that of a pipe without one', () => {
    expect(
      [{ isTTY: true, columns: 0 }, { isTTY: true }, { isTTY: true, columns: 132 }, {}].map(widthOf),
    ).toEqual([80, 80, 132, 200]);
  });
});
