import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../src/history/cursor.ts';

const LONG = `stripe webhooks ${'é数"'.repeat(600)}`;

describe('the cursor of a long query', () => {
  it('is short, and is read again', () => {
    const request = { query: LONG, project: 'all', limit: 3 };
    const cursor = writeCursor({ request, offset: 3 });
    expect(cursor.length).toBeLessThan(400);
    expect(readCursor(cursor)).toEqual({ request, offset: 3 });
  });

  it('is read by a process that did not write it where the query is sent again', () => {
    const query = `${LONG} elsewhere`;
    const hash = createHash('sha256').update(query).digest('base64url').slice(0, 22);
    const written = JSON.stringify({ v: 1, o: 2, q: hash, r: { limit: 2 } });
    const cursor = Buffer.from(written).toString('base64url');
    expect(() => readCursor(cursor)).toThrow(/Send the same `query`/);
    expect(() => readCursor(cursor, LONG)).toThrow(/Send the same `query`/);
    expect(readCursor(cursor, query)).toEqual({ request: { query, limit: 2 }, offset: 2 });
  });

  it('carries a short query itself', () => {
    const cursor = writeCursor({ request: { query: 'stripe' }, offset: 1 });
    expect(Buffer.from(cursor, 'base64url').toString()).toContain('stripe');
  });
});
