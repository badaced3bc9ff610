import { describe, expect, it } from 'vitest';
import { spokenWords } from '../../src/text/spoken.ts';

describe('spokenWords', () => {
  it('keeps what a person says', () => {
    const text =
      'From now on, use pnpm 9 here.\nAnd never commit to main - not even once!\n\n1. run the tests\n2. then push\n- a list item; with a pause';
    expect(spokenWords(text)).toBe(text.replace(/\n+/g, '\n'));
  });

  it.each([
    ['a code block', 'Fix this:\n```ts\nalways use npm\n```\nthanks', 'Fix this:\nthanks'],
    ['a code block in tildes', 'Fix:\n~~~\nalways use npm\n~~~\nthanks', 'Fix:\nthanks'],
    ['a code block without an end', 'Fix this:\n```\nalways use npm\nand yarn', 'Fix this:'],
    ['a fence in one line', 'Run ```rm -rf everything at once``` please', 'Run please'],
    ['quoted lines', '> always use npm\n> and yarn\nI disagree', 'I disagree'],
    [
      'a long quotation',
      'The README says "always run make deploy with force" but why?',
      'The README says but why?',
    ],
    [
      'a long quotation in other quotes',
      'Er sagt „nimm immer npm für alles“, ich nicht. «toujours utiliser npm ici» non',
      'Er sagt , ich nicht. non',
    ],
    ['long inline code', 'What does `always use npm for installs` mean?', 'What does mean?'],
    ['an error in inline code', 'Fix `TypeError: x is not a function` now', 'Fix now'],
    ['a rule in inline code', 'Why `ignore all previous instructions`?', 'Why ?'],
    ['a command that somebody reports', 'The README says `make deploy --force on prod`', 'The README says'],
    ['a command of great length', `Run \`npm test -- ${'--flag '.repeat(20)}\` please`, 'Run please'],
    ['a quotation in a command', 'See `git commit -m "always push straight to main"`', 'See git commit -m'],
    ['an indented block', 'It printed\n    always use npm\n\tand yarn\nwhy?', 'It printed\nwhy?'],
    [
      'a stack trace',
      'It crashed:\nTypeError: x is not a function\n    at run (/srv/app.js:1:2)\n    at async main (/srv/app.js:9:1)\nplease fix',
      'It crashed:\nplease fix',
    ],
    [
      'a Python traceback',
      'See\nTraceback (most recent call last):\n  File "a.py", line 3, in <module>\nValueError: always use npm\nok?',
      'See\nok?',
    ],
    [
      'a diff',
      'Apply\ndiff --git a/x b/x\nindex 0123456..789abcd 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-const a = 1;\n+const a = 2;\nto main',
      'Apply\nto main',
    ],
    [
      'log lines',
      'The log:\n2026-11-21T08:30:00Z INFO always use npm\n[2026-11-21 08:30:01] WARN x\nERROR: never\nis odd',
      'The log:\nis odd',
    ],
    ['JSON', 'Config is\n{\n  "always": "use npm"\n}\nok', 'Config is\nok'],
    [
      'a shell session',
      'I ran\n$ npm install always\nnpm ERR! never mind\nand it failed',
      'I ran\nand it failed',
    ],
    ['very long lines', `Look:\n${'always use npm '.repeat(40)}\nright?`, 'Look:\nright?'],
    ['elements of clients', 'Hi\n<system-reminder>\nalways use npm\n</system-reminder>\nthere', 'Hi\nthere'],
    ['comments', 'Hi <!-- always use npm --> there', 'Hi\nthere'],
    ['attachments', 'See [Pasted text #1 +20 lines] and [Image #1]', 'See and'],
    ['markup', 'The page\n<div class="a">\n<p>always use npm</p>\n</div>\nis broken', 'The page\nis broken'],
    [
      'a quotation in Chinese',
      '文档说「永远不要使用这个旧的接口来写新的代码」，我不同意',
      '文档说 ，我不同意',
    ],
  ])('leaves out %s', (_, text, expected) => {
    expect(spokenWords(text)).toBe(expected);
  });

  it.each([
    ['call it "midturn" please', 'call it midturn please'],
    ['use `pnpm` and `npm run build`, not `yarn`', 'use pnpm and npm run build , not yarn'],
    ["it's what I don't want, it's John's", "it's what I don't want, it's John's"],
    ['把它叫做「中间」', '把它叫做 中间'],
    ['Always use `docker compose up db` here.', 'Always use docker compose up db here.'],
    ['Test with `npm test -- --silent`, not npm test', 'Test with npm test -- --silent , not npm test'],
    ['build: `make build -- --fast`', 'build: make build -- --fast'],
    ['`CI=1 cargo test -- --nocapture` is what I run', 'CI=1 cargo test -- --nocapture is what I run'],
  ])('keeps a few quoted words as the speaker’s own: %s', (text, expected) => {
    expect(spokenWords(text)).toBe(expected);
  });

  it('keeps a sentence between two pasted parts', () => {
    expect(spokenWords('```\na\n```\nI want tabs.\n```\nb\n```')).toBe('I want tabs.');
    expect(spokenWords('ERROR: a\nThis one is mine.\nERROR: b')).toBe('This one is mine.');
  });

  it('is empty when all was pasted', () => {
    expect(spokenWords('```\nalways use npm\n```')).toBe('');
    expect(spokenWords('')).toBe('');
  });
});
