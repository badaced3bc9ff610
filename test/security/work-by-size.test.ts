/**
 * A text that is eight times as long costs about eight times the work, whatever it is made of: no pattern that is tried
 * on what others send goes back and forth over it. Work is the processor time of this process, the least of some tries.
 */
import { expect, it } from 'vitest';
import { bearerToken, namedProject } from '../../src/mcp/http/bearer.ts';
import { isHostAllowed, isOriginAllowed } from '../../src/mcp/http/guard.ts';
import { plain } from '../../src/mcp/plain.ts';
import { inOneLine } from '../../src/mcp/resources/link.ts';
import { parseUri } from '../../src/mcp/resources/uri.ts';
import { parseRef, parseTurnRef } from '../../src/model/ids.ts';
import { parsePeriod } from '../../src/model/time.ts';
import { withRelativePaths } from '../../src/project/asked-paths.ts';
import { withoutPaths } from '../../src/text/absolute-paths.ts';
import { derivedTitle } from '../../src/text/derived-title.ts';
import { fence, holdsFence, stripFenced } from '../../src/text/fence.ts';
import { looksLikeInstruction } from '../../src/text/instructions.ts';
import { quoted } from '../../src/text/quoted.ts';
import { skillProblems } from '../../src/text/skill-gate.ts';
import { analyseQuery, contentWords } from '../../src/text/terms.ts';
import { scanThreats } from '../../src/text/threats.ts';

const LOCAL = { bound: '127.0.0.1', hosts: ['memory.example.org'], origins: ['https://app.example.org'] };

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  plain,
  quoted,
  inOneLine,
  fence: (text) => fence(text, { kind: 'recall' }),
  holdsFence,
  stripFenced,
  scanThreats: (text) => scanThreats(text),
  looksLikeInstruction,
  derivedTitle,
  analyseQuery,
  contentWords,
  withoutPaths: (text) => withoutPaths(text),
  withRelativePaths: (text) => withRelativePaths(text, ['/home/dev/shop', '/home/dev']),
  skillProblems: (text) => skillProblems({ name: text, description: text, content: text }),
  parseUri: (text) => parseUri(`midturn://${text}`),
  parseRef,
  parseTurnRef,
  parsePeriod: (text) => parsePeriod(text, 0),
  bearerToken: (text) => bearerToken(`Bearer ${text}`),
  namedProject,
  isHostAllowed: (text) => isHostAllowed(text, LOCAL),
  isOriginAllowed: (text) => isOriginAllowed(`http://${text}`, LOCAL),
};

/** Each begins what some pattern looks for, and never ends it. */
const PIECES = [
  'a',
  '0',
  ' ',
  '\n',
  '\t \n',
  '.',
  '-',
  '=',
  '/',
  '\\',
  '/a',
  '../',
  'a.b',
  'a@',
  'a:',
  '%',
  '%2',
  '&#x',
  '<',
  '< ',
  '<m',
  '<midturn-data v=',
  '</midturn-data id=',
  '<\u200b/\u200bm',
  '<!-- ',
  '```\n',
  '"',
  "'",
  '(',
  '[',
  '{',
  '\\u003c',
  '\u001b[',
  '\u001b]8;;',
  '\u202e',
  '\u200d',
  '\u0301',
  '\ud800',
  '[redacted:',
  'password=',
  'password: "',
  'Authorization: ',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----BEGIN ',
  'https://a:',
  'https://',
  'eyJ',
  'sk-',
  'ignore all previous ',
  'you must ',
  'curl ',
  '… truncated ',
  '[10 truncated',
  'Bearer ',
  'ab12',
  'A1b2C3d4',
  '1. ',
  '- ',
  '中',
  '한',
  'é',
] as const;

const SHORT = 6_000;
const TIMES = 8;

function work(read: (text: string) => unknown, text: string, tries: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < tries; turn += 1) {
    const before = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

it.each(Object.keys(READERS))('%s', (name) => {
  const read = READERS[name];
  if (read === undefined) throw new Error('no reader');
  const found: string[] = [];
  for (const piece of PIECES) {
    const of = (size: number): string => `x ${piece.repeat(Math.ceil(size / piece.length))}!`;
    const long = work(read, of(SHORT * TIMES), 2);
    // What is over at once tells nothing of its growth.
    if (long < 15_000) continue;
    const ratio = work(read, of(SHORT * TIMES), 3) / Math.max(work(read, of(SHORT), 5), 300);
    // 8 for what is linear, 64 for what is quadratic.
    if (ratio > 28)
      found.push(`${JSON.stringify(piece)}: ${ratio.toFixed(0)} times, ${(long / 1000).toFixed(0)} ms`);
  }
  expect(found).toEqual([]);
});
