import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/built-program.ts';

const folder = dirname(BIN);
const bundles = readdirSync(folder).filter((file) => file.endsWith('.cjs'));

describe('the bundles', () => {
  // The bin reads them as Latin-1, so that any other letter would come to mean two or three others.
  it.each(bundles)('%s holds ASCII alone', (file) => {
    const foreign = readFileSync(join(folder, file)).findIndex((byte) => byte > 0x7f);
    expect(foreign).toBe(-1);
  });
});
