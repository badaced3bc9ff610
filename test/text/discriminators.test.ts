import { describe, expect, it } from 'vitest';
import { discriminators } from '../../src/text/terms.ts';

describe('discriminators', () => {
  it.each([
    ['The API listens on port 8080, not 8081', ['8080', '8081', 'api', 'not']],
    ['Use pnpm', []],
    ['Always run the tests before a commit.', []],
    ['Never use npm', ['not']],
    ["We don't deploy on Fridays", ['fridai', 'not']],
    ['Alice owns the billing service.', ['alic']],
    ['Redis is the cache. See the notes.', ['redi']],
    ['Deploy with two replicas to Frankfurt', ['2', 'frankfurt']],
    ['On Node v20.19 with 1,000 users, 5% errors', ['1000', '20.19', '5%', 'node']],
    [
      'set max_tokens in ./src/config.ts, not in /etc/app.conf or .env',
      ['.env', '/etc/app.conf', 'max_tokens', 'not', 'src/config.ts'],
    ],
    ['pass --no-verify to Git', ['--no-verify', 'git']],
    ['see https://Example.com/docs/.', ['example.com/docs']],
    ['the up-to-date docs of a well-known, re-run job', []],
    ['不要使用 npm', ['not']],
    ['npm を使わない', ['not']],
    ['端口是 8080', ['8080']],
  ])('%s', (text, marks) => {
    expect(discriminators(text)).toEqual(marks);
  });

  it.each([
    ['Use port 8080', 'Use port 8081'],
    ['Alice reviews the parser', 'Bob reviews the parser'],
    ['Commit to main', 'Do not commit to main'],
    ['Tests are in test/unit', 'Tests are in test/e2e'],
    ['Node 20 is required', 'Node 22 is required'],
    ['The getUser call is cached', 'The getUsers call is cached'],
    ['提交到 main', '不要提交到 main'],
  ])('tells «%s» from «%s»', (a, b) => {
    expect(discriminators(a)).not.toEqual(discriminators(b));
  });

  it.each([
    ['Use pnpm for installs', 'For installs use pnpm'],
    ['Always use tabs in the Frankfurt office', 'In the Frankfurt office, use tabs always'],
  ])('not «%s» from «%s»', (a, b) => {
    expect(discriminators(a)).toEqual(discriminators(b));
  });
});
