import { describe, expect, it, vi } from 'vitest';
import { cosine } from '../../src/store/sqlite/vector-math.ts';
import { converse } from '../support/conversation.ts';
import { embed } from '../support/embedding-server.ts';
import { tempStore } from '../support/temp-store.ts';

vi.mock('sqlite-vec', () => ({
  getLoadablePath: () => {
    throw new Error('Unsupported platform for sqlite-vec');
  },
}));

describe('where the extension cannot be loaded', () => {
  it('vectors are compared exactly without it, and why is said', async () => {
    const store = await tempStore();
    const texts = ['red apples', 'green pears', 'blue whales', 'apples', 'roads'];
    await converse(
      store,
      'one',
      texts.map((text) => ({ text })),
    );
    const model = await store.vectors.want('m', embed('probe', 96, ''));
    const { due } = await store.vectors.due(model, 'messages', { before: null, limit: 50, scan: 100 });
    const vectors = due.flatMap((one) =>
      one.kind === 'messages'
        ? [{ row: one.row, version: one.version, vector: embed(one.message.text, 96, '') }]
        : [],
    );
    await store.vectors.put(model, 'messages', vectors);
    expect(await store.vectors.engine()).toEqual({
      name: 'exact',
      why: expect.stringMatching(/Unsupported platform/),
    });
    const question = embed('some apples', 96, '');
    const { documents } = await store.vectors.near(
      model,
      question,
      { kind: 'messages', messages: { projects: null } },
      5,
    );
    const expected = [...vectors].sort((a, b) => cosine(question, b.vector) - cosine(question, a.vector));
    expect(documents.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
    for (const { row, similarity } of documents) {
      const vector = vectors.find((one) => one.row === row)?.vector ?? new Float32Array();
      expect(similarity).toBeCloseTo(cosine(question, vector), 1.7);
    }
  });
});
