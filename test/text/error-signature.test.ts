import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  errorSignature,
  isNondescript,
  normaliseErrorLine,
  sameError,
} from '../../src/text/error-signature.ts';

const same = (a: string, b: string) => sameError(errorSignature(a), errorSignature(b));

describe('the lines by which a failure is known again', () => {
  it.each([
    [
      'npm',
      "npm error code ENOENT\nnpm error path /home/ann/shop/package.json\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/home/ann/shop/package.json'",
      "npm error code ENOENT\nnpm error path /srv/w/package.json\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/srv/w/package.json'",
    ],
    [
      'npm ERESOLVE',
      'npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! Found: react@18.2.0',
      'npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! Found: react@18.3.1',
    ],
    [
      'pytest',
      "    import requests\nE   ModuleNotFoundError: No module named 'requests'\n=== 1 failed, 3 passed in 0.12s ===",
      "E       ModuleNotFoundError: No module named 'requests'\n=== 2 failed, 9 passed in 4.80s ===",
    ],
    [
      'pytest’s summary',
      'FAILED tests/test_cart.py::test_total - assert 3 == 6\n1 failed in 0.2s',
      'FAILED /w/shop/tests/test_cart.py::test_total - assert 3 == 6\n1 failed in 1.9s',
    ],
    [
      'cargo',
      'error[E0425]: cannot find value `qty` in this scope\n --> src/main.rs:4:13\nerror: could not compile `shop` (bin "shop") due to 1 previous error',
      'error[E0425]: cannot find value `qty` in this scope\n --> src/main.rs:88:2\nerror: could not compile `shop` (lib "shop") due to 3 previous errors',
    ],
    [
      'go',
      '# example.com/shop\n./main.go:7:2: undefined: total',
      '# example.com/shop\ncmd/main.go:70:12: undefined: total',
    ],
    [
      'tsc',
      "src/cart.ts(12,5): error TS2304: Cannot find name 'foo'.",
      "\u001b[96m../shop/src/cart.ts\u001b[0m:8:1 - error TS2304: Cannot find name 'foo'.",
    ],
    [
      'tsc on Windows',
      "src\\cart.ts(12,5): error TS2304: Cannot find name 'foo'.",
      "C:\\work\\shop\\src\\cart.ts(3,9): error TS2304: Cannot find name 'foo'.",
    ],
    [
      'docker',
      'docker: Error response from daemon: driver failed programming external connectivity on endpoint web (5f2c9d1e8a37b604): Bind for 0.0.0.0:8080 failed: port is already allocated.',
      'docker: Error response from daemon: driver failed programming external connectivity on endpoint web (0d6e7a1b2c3d9c44): Bind for 0.0.0.0:8080 failed: port is already allocated.',
    ],
    [
      'gcc',
      "main.c:10:5: error: implicit declaration of function 'foo' [-Wimplicit-function-declaration]",
      "/w/src/main.c:99:12: error: implicit declaration of function 'foo' [-Wimplicit-function-declaration]",
    ],
    [
      'the linker',
      "/usr/bin/ld: /tmp/ccX1aB9z.o: undefined reference to `zlibVersion'\ncollect2: error: ld returned 1 exit status",
      "/usr/bin/ld: /tmp/ccQ7pR2k.o: undefined reference to `zlibVersion'\ncollect2: error: ld returned 1 exit status",
    ],
    [
      'node',
      'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
      '2026-11-21T09:00:00.123Z Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap (node:net:1607:16)',
    ],
    ['a missing program', 'bash: line 1: pnpm: command not found', 'bash: line 7: pnpm: command not found'],
    [
      'a test by its name and what its assertion saw',
      ' FAIL  test/cart.test.ts > cart > sums\nAssertionError: expected 3 to be 6 // Object.is equality',
      ' FAIL  /w/test/cart.test.ts > cart > sums\nAssertionError: expected 3 to be 6 // Object.is equality',
    ],
  ])('knows an error of %s from another folder, line and time', (_of, one, other) => {
    expect(same(one, other)).toBe(true);
    expect(isNondescript(errorSignature(one))).toBe(false);
  });

  it.each([
    ["error TS2304: Cannot find name 'foo'.", "error TS2304: Cannot find name 'bar'."],
    [
      "src/a.ts(1,1): error TS2304: Cannot find name 'foo'.",
      "src/b.ts(1,1): error TS2304: Cannot find name 'foo'.",
    ],
    ['Error: connect ECONNREFUSED 127.0.0.1:5432', 'Error: connect ECONNREFUSED 127.0.0.1:6379'],
    ["ModuleNotFoundError: No module named 'requests'", "ModuleNotFoundError: No module named 'yaml'"],
    [
      ' FAIL  test/cart.test.ts > cart > sums\nAssertionError: expected 3 to be 6',
      ' FAIL  test/cart.test.ts > cart > sums\nAssertionError: expected null to be 6',
    ],
    [
      ' FAIL  test/cart.test.ts > cart > sums\nAssertionError: expected 3 to be 6',
      ' FAIL  test/user.test.ts > user > ages\nAssertionError: expected 3 to be 6',
    ],
  ])('tells %j from %j', (one, other) => {
    expect(same(one, other)).toBe(false);
  });

  it.each([
    '',
    'Error',
    'Exit code 3\nboom',
    'make: *** [Makefile:3: test] Error 1',
    'npm ERR! code ELIFECYCLE\nnpm ERR! errno 1',
    'error Command failed with exit code 1.',
    'Test Files  1 failed | 3 passed (4)\nTests  2 failed',
    'error: could not compile `shop` due to 2 previous errors',
    'FAILED (failures=1)',
    'Traceback (most recent call last):\n  File "a.py", line 3, in <module>',
    'collect2: error: ld returned 1 exit status',
    '0 errors, everything went well',
    'AssertionError: expected 3 to be 6',
  ])('finds nothing to know %j by', (output) => {
    expect(isNondescript(errorSignature(output))).toBe(true);
  });

  it('reads the beginning and the end of a flood, and gives the line as it was written', () => {
    const error = "TypeError: Cannot read properties of undefined (reading 'price')";
    const found = errorSignature(`${'compiling\n'.repeat(50_000)}${error}`);
    expect(found.said).toBe(error);
  });

  it('compares a line the same however often it was evened out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = errorSignature(`error: ${text}`);
        expect(same(`error: ${text}`, `error: ${text}`)).toBe(
          !isNondescript(once) && once.strong.length + once.weak.length > 0,
        );
        expect(normaliseErrorLine(text).length).toBeLessThanOrEqual(text.length + 20);
      }),
    );
  });
});
