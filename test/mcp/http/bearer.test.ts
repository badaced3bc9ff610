import { describe, expect, it } from 'vitest';
import { bearerKey, bearerToken, challenge, namedProject } from '../../../src/mcp/http/bearer.ts';
import { rightsOf } from '../../../src/model/access.ts';
import { PROJECTS, principal } from './world.ts';

describe('the Authorization header', () => {
  it.each([
    ['Bearer mtk_abc_DEF', 'mtk_abc_DEF'],
    ['bearer  mtk_abc', 'mtk_abc'],
    ['Bearer eyJ.eyJ.sig-_~+/==', 'eyJ.eyJ.sig-_~+/=='],
    [undefined, null],
    ['', null],
    ['Bearer', null],
    ['Bearer a b', null],
    ['Basic dXNlcjpwYXNz', null],
    ['mtk_abc', null],
  ])('%s carries %s', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

describe('bearers share what is theirs', () => {
  const one = { principal: principal('a_one'), project: null };
  it('while everything that they may is the same', () => {
    expect(bearerKey(one)).toBe(
      bearerKey({ principal: principal('a_one', { expiresAt: 5 }), project: null }),
    );
  });

  it.each([
    { principal: principal('a_two'), project: null },
    { principal: principal('a_one', { owner: 'u_2' }), project: null },
    { principal: principal('a_one', { rights: rightsOf(['read']) }), project: null },
    { principal: principal('a_one', { projects: [] }), project: null },
    { principal: principal('a_one'), project: PROJECTS.shop ?? null },
  ])('and not with %j', (other) => {
    expect(bearerKey(other)).not.toBe(bearerKey(one));
  });
});

it('challenges without a word of error where no token came', () => {
  expect(challenge(null, null)).toBe('Bearer realm="midturn"');
  expect(challenge('invalid_token', { metadata: 'https://x.example/m', scopes: ['a:read', 'a:write'] })).toBe(
    'Bearer realm="midturn", error="invalid_token", scope="a:read a:write", resource_metadata="https://x.example/m"',
  );
});

describe('the project header', () => {
  it.each([
    [undefined, null],
    ['  ', null],
    ['shop', 'shop'],
    ['/home/dev/my%20shop', '/home/dev/my shop'],
    ['b%C3%BCcher', 'bücher'],
    // UTF-8 bytes as they stand, and Latin-1.
    ['b\u00c3\u00bccher', 'bücher'],
    ['b\u00fccher', 'bücher'],
    ['100%', '100%'],
  ])('%j means %j', (header, named) => {
    expect(namedProject(header)).toBe(named);
  });
});
