import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedHash } from '../../src/capture/keyed-hash.ts';

describe('the keyed hash', () => {
  it("is Node's own HMAC, for any key and any text, lone surrogates too", () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '\ud800', 'a\udfffb', 'é'.repeat(70_000), 'x'.repeat(65_536)),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), text, (key, value) => {
        const wanted = createHmac('sha256', key).update(value).digest('hex');
        expect(keyedHash(key, value).toString('hex')).toBe(wanted);
      }),
    );
  });
});
