import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { VectorFilter } from '../../src/store/vectors.ts';
import { converse } from '../support/conversation.ts';
import { embed } from '../support/embedding-server.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

const ALL: VectorFilter = { kind: 'messages', messages: { projects: null } };
const TEXTS = ['red apples', 'green apples', 'blue whales swim', 'a long road home', 'two roads', 'whales'];

async function filled() {
  const folder = tempFolder();
  const store = await tempStore(folder);
  await converse(
    store,
    'one',
    TEXTS.map((text) => ({ text })),
  );
  const model = await store.vectors.want('m', vectorOf('probe'));
  const { due, next } = await store.vectors.due(model, 'messages', { before: null, limit: 50, scan: 100 });
  expect(next).toBeNull();
  const vectors = due.flatMap((one) =>
    one.kind === 'messages'
      ? [{ row: one.row, version: one.version, vector: vectorOf(one.message.text) }]
      : [],
  );
  expect(await store.vectors.put(model, 'messages', vectors)).toBe(TEXTS.length);
  return { store, model, folder, vectors };
}

function vectorOf(text: string): Float32Array {
  return embed(text, 96, '');
}

async function textsNear(store: Store, words: string): Promise<string[]> {
  const model = await store.vectors.model('m');
  if (model === null) throw new Error('no model');
  const { documents } = await store.vectors.near(model, vectorOf(words), ALL, 2);
  const messages = await store.messages.byRows(documents.map(({ row }) => row));
  return messages.map(({ text }) => text);
}

describe('vectors', () => {
  it('are compared by sqlite-vec, and are near what is said alike', async () => {
    const { store } = await filled();
    expect(await store.vectors.engine()).toEqual({ name: 'sqlite-vec', why: null });
    expect((await textsNear(store, 'apples')).sort()).toEqual(['green apples', 'red apples']);
    expect((await textsNear(store, 'whales')).sort()).toEqual(['blue whales swim', 'whales']);
  });

  it('lie in tables that a program without the extension reads and finds whole', async () => {
    const { store, folder } = await filled();
    store.close();
    const db = new Database(join(folder, 'midturn.db'));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(TEXTS.length);
    db.close();
  });

  it.each([
    ['erased', "UPDATE messages SET state = 'erased' WHERE number = 3"],
    ['purged', "UPDATE messages SET state = 'purged' WHERE number = 3"],
    ['rewritten', "UPDATE messages SET text = 'something else' WHERE number = 3"],
  ])('go in the same transaction when their message is %s', async (_, sql) => {
    const { store, folder } = await filled();
    expect(await textsNear(store, 'whales')).toContain('blue whales swim');
    const db = new Database(join(folder, 'midturn.db'));
    db.exec(sql);
    expect(db.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(TEXTS.length - 1);
    expect(db.prepare('SELECT count(*) FROM vector_values').pluck().get()).toBe(TEXTS.length - 1);
    db.close();
    // The codes in memory are older than that: what is gone is not found by them.
    expect(await textsNear(store, 'whales')).not.toContain('blue whales swim');
    expect(await store.vectors.orphans()).toBe(0);
  });

  it('stay when a message changes in what is not its text', async () => {
    const { folder } = await filled();
    const db = new Database(join(folder, 'midturn.db'));
    db.exec("UPDATE messages SET position = position + 1, state = 'hidden' WHERE number = 3");
    expect(db.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(TEXTS.length);
    db.close();
  });

  it('that another process has added are found by this one', async () => {
    const { store, folder, model } = await filled();
    await textsNear(store, 'apples');
    const other = await tempStore(folder);
    await converse(other, 'two', [{ text: 'apples apples' }]);
    const { due } = await other.vectors.due(model, 'messages', { before: null, limit: 9, scan: 9 });
    expect(due).toHaveLength(1);
    for (const { row, version } of due)
      await other.vectors.put(model, 'messages', [{ row, version, vector: vectorOf('apples apples') }]);
    expect(await textsNear(store, 'apples')).toContain('apples apples');
  });

  it('of another length than their model has are not kept', async () => {
    const { store, model, vectors } = await filled();
    const [first] = vectors;
    if (first === undefined) throw new Error('no vector');
    expect(await store.vectors.put(model, 'messages', [{ ...first, vector: new Float32Array(3) }])).toBe(0);
  });
});
