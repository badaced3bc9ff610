import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../src/review/rules/index.ts';
import { agent, contentsOf, person, ran, snapshotOf } from './support.ts';

describe('what the person puts right', () => {
  it.each([
    ['no, we use pnpm here, not npm. redo it', 'We use pnpm here, not npm.'],
    ["that's wrong: the settings live in conf/base.toml", 'The settings live in conf/base.toml'],
    ['I told you, this repo uses vitest. please rewrite', 'This repo uses vitest.'],
    ['nope. use undici instead of axios', 'Use undici instead of axios'],
    ['nein, wir benutzen pnpm, nicht npm', 'Wir benutzen pnpm, nicht npm'],
    ['non, on utilise Vitest, pas Jest', 'On utilise Vitest, pas Jest'],
    ['不对，我们用的是 yarn，不是 npm', '我们用的是 yarn，不是 npm'],
  ])('is kept without the reproach: %j', (said, content) => {
    const found = findingsIn(snapshotOf([agent('Done with npm.'), person(said)]));
    expect(found.map(({ kind, content: kept }) => [kind, kept])).toEqual([['correction', content]]);
  });

  it('is seen without a no where the agent did the opposite', () => {
    expect(contentsOf(ran('npm install zod', 0), person('Use pnpm, not npm.'))).toEqual([
      'Use pnpm, not npm.',
    ]);
    expect(contentsOf(agent('Shall I begin?'), person('Use pnpm, not npm.'))).toEqual([]);
  });

  it.each([
    'no, use the other file here',
    'no, use a map instead of an array',
    'no, I meant the blue button instead of the green one',
    "that's wrong: the total should be 42",
    "that's wrong: the bug is in src/parser.ts, not in the lexer",
    'I told you to fix the header, not the footer',
    'nein, nimm die andere Datei',
    'no, usa el otro archivo',
  ])('is not kept where it is for the moment: %j', (said) => {
    expect(contentsOf(agent('Done.'), person(said))).toEqual([]);
  });
});
