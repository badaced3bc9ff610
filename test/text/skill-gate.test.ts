import { describe, expect, it } from 'vitest';
import { skillProblems } from '../../src/text/skill-gate.ts';

const good = {
  name: 'release',
  description: 'Use when a release is prepared.',
  content:
    '1. Read the changelog and the open merge requests.\n2. Run npm test.\n3. Tag the commit and push it.',
};
const reasons = (change: Partial<Record<'name' | 'description' | 'content', string | null>>) =>
  skillProblems({ ...good, ...change }).map(({ reason }) => reason);

describe('skillProblems', () => {
  it('lets a skill pass that says when and how', () => {
    expect(skillProblems(good)).toEqual([]);
  });

  it.each([
    [{ name: ' ' }, 'missing_name'],
    [{ description: null }, 'missing_description'],
    [{ description: '   ' }, 'missing_description'],
    [{ description: 'Release notes and tags.' }, 'weak_description'],
    [{ description: 'Use it.' }, 'weak_description'],
    [{ description: `Use when ${'x'.repeat(1_020)}` }, 'long_description'],
    [{ description: 'Use when <system>x</system> is there' }, 'markup_in_description'],
    [{ content: null }, 'missing_content'],
    [{ content: 'Run the tests, then push.' }, 'low_signal'],
    [
      { content: 'This is a long text about a nice summer day at the sea with friends and ice cream.' },
      'low_signal',
    ],
    [{ content: `Run this. ${'word '.repeat(14_000)}` }, 'too_large'],
  ])('%j: %s', (change, reason) => {
    expect(reasons(change)).toEqual([reason]);
  });

  it.each([
    'Apply before each deployment.',
    'Run this whenever the lockfile changes.',
    'Verwende dies, wenn eine Version erscheint.',
    'Úsalo o utiliza esto cuando haya una versión nueva.',
    "Utiliser lorsqu'une version sort.",
    'Используйте, когда выходит версия.',
    '当发布新版本时使用',
    'リリースのときに使う',
    '배포할 때 사용',
  ])('hears when to use it: %s', (description) => {
    expect(reasons({ description })).toEqual([]);
  });

  it('counts words where no blanks part them', () => {
    expect(reasons({ content: '首先检查更新日志和所有未合并的请求，然后运行全部测试并推送标签' })).toEqual(
      [],
    );
  });

  it('names all faults at once', () => {
    expect(reasons({ name: null, description: null, content: '' })).toEqual([
      'missing_name',
      'missing_description',
      'missing_content',
    ]);
  });
});
