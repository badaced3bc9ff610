import { describe, expect, it } from 'vitest';
import { agent, contentsOf, person } from './support.ts';

describe('the custom of a project, without a word such as always', () => {
  it.each([
    ['a statement about all of a kind', 'Tests go next to the file they test'],
    ['a statement about all of a kind', 'Migrations are append-only'],
    ['what they must be', 'Commits must be signed'],
    ['what they must not do', "Tests shouldn't hit the network"],
    ['what each of them needs', 'Every endpoint needs an integration test'],
    ['what goes for a format', 'All dates are stored in UTC'],
    ['what may know what', 'The domain package must not import from the http layer, ever'],
    ['an order for all of a kind', 'Use dayjs for all date handling'],
    ['an order for all of a kind', 'Use British spelling in all UI texts'],
    ['a limit', 'Keep PRs under 300 lines'],
    ['a means that is not to be used', 'Avoid barrel files'],
    ['a means that is not to be used', "Don't mock the database in tests"],
    ['a language', 'Commit messages in English'],
    ['how many', 'One class per file'],
    ['what comes before', 'Ask before adding a dependency'],
    ['what comes before', 'Before pushing, run make check'],
    ['what comes with it', 'Each time you add an env var put it into .env.example too'],
    ['a liking', 'I like small commits, one change each'],
    ['a name', 'Our staging cluster is called heron'],
    ['German', 'Kommentare nur auf Englisch, bitte'],
    ['German', 'Tests kommen neben die Datei, nicht in einen eigenen Ordner'],
    ['Russian', 'Комментарии в коде пишем только на английском'],
    ['Russian', 'Перед коммитом запускай линтер'],
    ['Japanese', 'コミットメッセージは英語で書いてください'],
    ['Chinese', '提交信息要带上工单号'],
    ['Korean', '커밋 메시지는 영어로 작성해 주세요'],
    ['Spanish', 'Los commits siempre en inglés'],
    ['French', 'Les tests vont à côté du fichier'],
  ])('is kept, as %s: %j', (_, said) => {
    expect(contentsOf(person(said))).toHaveLength(1);
  });

  it.each([
    ['one thing at hand', 'use the other helper here'],
    ['one thing at hand', 'rename all variables in this file to camelCase'],
    ['one thing at hand', 'use dependency injection for the mailer class'],
    ['one thing at hand', 'use async/await in fetchUser'],
    ['the moment', 'no tests for now'],
    ['the moment', 'tests should pass after this change'],
    ['the moment', 'before committing, remove the console.log in cart.ts'],
    ['an errand for all of a kind', 'add docstrings to all public functions in utils.py'],
    ['an errand for all of a kind', 'delete all the old migrations'],
    ['the product', 'the button must not overlap the header'],
    ['the product', 'comments should be sorted by date, newest first'],
    ['the product', 'every user needs an avatar'],
    ['the product', 'ボタンは常に表示してください'],
    ['a bug', 'all imports are broken after the rename'],
    ['a bug', 'every request to /login returns a 500'],
    ['a bug', "this repo doesn't build on my machine"],
    ['German', 'Kommentare sollen unter dem Artikel erscheinen'],
    ['Russian', 'тесты падают на CI'],
    ['Japanese', 'このファイルの変数名を全部camelCaseに変えてください'],
  ])('is not seen in %s: %j', (_, said) => {
    expect(contentsOf(person(said))).toEqual([]);
  });

  it('does not outlive a next sentence that limits it or looks for a fault', () => {
    expect(contentsOf(person('Keep commits small. Just for this one.'))).toEqual([]);
    expect(contentsOf(person("Tests go in src/. Can you see why it doesn't find them?"))).toEqual([]);
  });

  it('is a correction behind a no, with the means that are already there', () => {
    expect(
      contentsOf(agent('I added toFixed(2).'), person('No. We have a helper for that: use formatMoney.')),
    ).toEqual(['We have a helper for that: use formatMoney.']);
  });

  it('is the sentence behind "please remember."', () => {
    expect(contentsOf(person('Remember please. The VPN has to be on for the integration tests.'))).toEqual([
      'The VPN has to be on for the integration tests.',
    ]);
  });

  it('is read in linear time from a megabyte of it', () => {
    const once = 'keep PRs under 300 lines, commit messages in English; tests go next to the file. ';
    expect(contentsOf(person(once.repeat(Math.ceil(1_000_000 / once.length)))).length).toBeLessThan(9);
  });
});
