import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bindWarnings,
  type GuardRule,
  isHostAllowed,
  isListedOrigin,
  isLoopback,
  isOriginAllowed,
} from '../../../src/mcp/http/guard.ts';

const rule: GuardRule = {
  bound: '192.168.1.5',
  hosts: ['memory.example.org'],
  origins: ['https://app.example.org', 'http://inspector.example.org:6274'],
};

describe('Host', () => {
  it.each([
    'localhost',
    'localhost:4127',
    'LOCALHOST:4127',
    '127.0.0.1',
    '127.0.0.1:4127',
    '127.1.2.3:80',
    '[::1]',
    '[::1]:4127',
    '[0:0:0:0:0:0:0:1]:4127',
    '[::ffff:127.0.0.1]:4127',
    '[::ffff:7f00:1]',
    '192.168.1.5:4127',
    'memory.example.org',
    'MEMORY.example.org:443',
  ])('%s is one of ours', (host) => {
    expect(isHostAllowed(host, rule)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4127',
    'localhost.evil.example',
    'evil-localhost',
    'localhost@evil.example',
    'evil.example@localhost',
    'evil.example#localhost',
    'localhost/evil.example',
    'localhost:4127:80',
    'localhost ',
    ' localhost',
    'localhost,evil.example',
    '127.0.0.1.evil.example',
    '128.0.0.1',
    '0.0.0.0',
    '0.0.0.0:4127',
    '[::]',
    '[::ffff:8.8.8.8]',
    '[::ffff:128.0.0.1]',
    '[::1',
    '::1',
    '192.168.1.6',
    'sub.memory.example.org',
    'memory.example.org.',
    'null',
  ])('%s is not', (host) => {
    expect(isHostAllowed(host, rule)).toBe(false);
  });

  it('is never the wildcard that the server is bound to', () => {
    for (const [bound, host] of [
      ['0.0.0.0', '0.0.0.0'],
      ['::', '[::]'],
    ] as const)
      expect(isHostAllowed(host, { bound, hosts: [], origins: [] })).toBe(false);
  });

  it('is the bound IPv6 address', () => {
    const bound = { bound: 'fe80::1', hosts: [], origins: [] };
    expect(isHostAllowed('[fe80::1]:4127', bound)).toBe(true);
    expect(isHostAllowed('[fe80::2]:4127', bound)).toBe(false);
  });

  it('is no name of another domain, whatever stands before it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.:[\]@#/?%-]{0,20}$/), (start) => {
        expect(isHostAllowed(`${start}.evil.example`, rule)).toBe(false);
      }),
    );
  });
});

describe('Origin', () => {
  it.each([
    undefined,
    'http://localhost',
    'http://localhost:6274',
    'https://localhost:4127',
    'http://127.0.0.1:4127',
    'http://[::1]:4127',
    'http://192.168.1.5:4127',
    'https://app.example.org',
    'http://inspector.example.org:6274',
  ])('%s may call', (origin) => {
    expect(isOriginAllowed(origin, rule)).toBe(true);
  });

  it.each([
    '',
    'null',
    'http://evil.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://evil.example@localhost',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://memory.example.org',
    'file://',
    'chrome-extension://localhost',
    'http://localhost/page',
    'localhost',
    'http://0.0.0.0',
  ])('%s may not', (origin) => {
    expect(isOriginAllowed(origin, rule)).toBe(false);
  });

  it('is told by CORS to read only where it is listed', () => {
    expect(isListedOrigin('https://app.example.org', rule)).toBe(true);
    expect(isListedOrigin('http://localhost:6274', rule)).toBe(false);
    expect(isListedOrigin('https://app.example.org', { origins: ['https://app.example.org/'] })).toBe(false);
  });
});

describe('a bind address', () => {
  it.each(['127.0.0.1', '127.3.4.5', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])(
    '%s is this machine alone, and needs no warning',
    (bound) => {
      expect(isLoopback(bound)).toBe(true);
      expect(bindWarnings({ bound, hosts: [], origins: [], isEncrypted: false })).toEqual([]);
    },
  );

  it.each([
    ['0.0.0.0', false, [], 2],
    ['::', false, [], 2],
    ['0.0.0.0', true, [], 1],
    ['0.0.0.0', false, ['memory.example.org'], 1],
    ['0.0.0.0', true, ['memory.example.org'], 0],
    ['192.168.1.5', false, [], 1],
    ['192.168.1.5', true, [], 0],
  ] as const)('%s, with TLS: %s, names: %j, gets %i warnings', (bound, isEncrypted, hosts, count) => {
    expect(bindWarnings({ bound, hosts, origins: [], isEncrypted })).toHaveLength(count);
  });
});
