import { describe, expect, it } from 'vitest';
import { deviationsFrom } from '../../src/embeddings/deviations.ts';
import { cosine } from '../../src/store/sqlite/vector-math.ts';
import type { VectorFilter } from '../../src/store/vectors.ts';
import { nearVerdict } from '../../src/text/fusion.ts';
import { converse } from '../support/conversation.ts';
import { GEOMETRIES, type Geometry, random, textOf, topics, unit } from '../support/embedding-geometries.ts';
import { tempStore } from '../support/temp-store.ts';

const ALL: VectorFilter = { kind: 'messages', messages: { projects: null } };
/** The last ones are asked about, and told of by nothing. */
const TOPICS = { told: 60, untold: 60 } as const;
const all = topics(TOPICS.told + TOPICS.untold);
const next = random(3);

async function filled(embedded: Geometry, documents: readonly string[]) {
  const store = await tempStore();
  await converse(
    store,
    'one',
    documents.map((text) => ({ text })),
  );
  const model = await store.vectors.want('m', unit(embedded('probe')));
  const { due } = await store.vectors.due(model, 'messages', { before: null, limit: 500, scan: 500 });
  await store.vectors.put(
    model,
    'messages',
    due.flatMap((one) =>
      one.kind === 'messages'
        ? [{ row: one.row, version: one.version, vector: unit(embedded(one.message.text)) }]
        : [],
    ),
  );
  /** The nearest document, and what nearness alone says of it. */
  return async (question: string) => {
    const {
      documents: found,
      size,
      background,
    } = await store.vectors.near(model, unit(embedded(question)), ALL, 1);
    const [first] = found;
    const z = first === undefined ? 0 : deviationsFrom(background, first.similarity);
    const [message] = await store.messages.byRows(found.map(({ row }) => row));
    return { verdict: nearVerdict(z, size), z, text: message?.text ?? '' };
  };
}

describe.each(Object.entries(GEOMETRIES))('with a model of %s', (_, make) => {
  const embedded = make(all);

  it('what means the same in other words is found, and what nothing tells of is not', async () => {
    const documents = all
      .slice(0, TOPICS.told)
      .flatMap(({ told }) => Array.from({ length: 2 }, () => textOf(told, next)));
    const ask = await filled(embedded, documents);
    const answered = await Promise.all(
      all.slice(0, TOPICS.told).map(async ({ told, asked }) => {
        const { verdict, text, z } = await ask(textOf(asked, next));
        return { z, verdict, right: text.split(' ').some((word) => told.includes(word)) };
      }),
    );
    const unanswered = await Promise.all(
      all.slice(TOPICS.told).map(async ({ asked }) => await ask(textOf(asked, next))),
    );
    expect(answered.filter(({ verdict, right }) => verdict !== 'none' && !right)).toEqual([]);
    expect(answered.filter(({ verdict }) => verdict !== 'none').length).toBeGreaterThan(TOPICS.told / 3);
    expect(unanswered.filter(({ verdict }) => verdict !== 'none')).toEqual([]);
  });

  it('a store about one thing does not make everything remarkable', async () => {
    // Like texts by the hundred, and a few others among them: the others are no answer for being others.
    const [often] = all;
    const documents = Array.from({ length: 200 }, (_, at) =>
      textOf((at % 20 === 0 ? all[at / 20] : often)?.told ?? [], next),
    );
    const ask = await filled(embedded, documents);
    for (const { asked } of all.slice(TOPICS.told))
      expect((await ask(textOf(asked, next))).verdict).toBe('none');
  });

  it('a store of a handful of texts answers no question that it has nothing to do with', async () => {
    for (const count of [1, 4, 9, 16]) {
      const documents = all.slice(0, count).map(({ told }) => textOf(told, next));
      const ask = await filled(embedded, documents);
      for (const { asked } of all.slice(TOPICS.told))
        expect((await ask(textOf(asked, next))).verdict).toBe('none');
    }
  });
});

describe('the geometries', () => {
  it('have nothing in common: a cosine that is chance with one is an answer with another', () => {
    const chance = Object.values(GEOMETRIES).map((make) => {
      const embedded = make(all);
      const vectors = all.map(({ told }) => embedded(textOf(told, next)));
      const pairs = vectors.slice(1).map((vector, at) => cosine(vector, vectors[at] ?? vector));
      return pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
    });
    expect(Math.min(...chance)).toBeLessThan(0.4);
    expect(Math.max(...chance)).toBeGreaterThan(0.75);
  });
});
