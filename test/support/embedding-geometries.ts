/**
 * Three models that have nothing in common but that texts of one meaning are near: hashed pieces of words, a random
 * projection of which words stand together, and one whose vectors all point almost the same way.
 */
import { embed } from './embedding-server.ts';

/** Topics with words of their own; documents of a topic are told in one half of them, questions in the other. */
export type Topic = { readonly told: readonly string[]; readonly asked: readonly string[] };

export type Geometry = (text: string) => Float32Array;

const SYLLABLES = [
  'ba',
  'dor',
  'fin',
  'gul',
  'hem',
  'jat',
  'kir',
  'lom',
  'nep',
  'ost',
  'pru',
  'sev',
  'tir',
  'vam',
];

/** The same numbers each time. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function topics(count: number): Topic[] {
  const next = random(7);
  const word = () =>
    Array.from({ length: 3 }, () => SYLLABLES[Math.floor(next() * SYLLABLES.length)] ?? '').join('');
  const words = () => Array.from({ length: 6 }, word);
  return Array.from({ length: count }, () => ({ told: words(), asked: words() }));
}

/** Everyday words that stand in all texts. */
const COMMON = 'a an and are at for in is it of on that the this to was we what which who with'.split(' ');
const common = new Set(COMMON);

export function textOf(words: readonly string[], next: () => number): string {
  const left = Math.floor(next() * words.length);
  const own = words.filter((_, at) => at !== left);
  const rest = Array.from({ length: 3 }, () => COMMON[Math.floor(next() * COMMON.length)] ?? '');
  return [...own, ...rest].join(' ');
}

/** Words at the same place of a topic mean the same, up to their pieces. */
function hashed(all: readonly Topic[]): Geometry {
  const meaning = new Map(
    all.flatMap(({ told, asked }) => asked.map((word, at) => [word, told[at] ?? word])),
  );
  return (text) =>
    embed(
      text
        .split(' ')
        .map((word) => meaning.get(word) ?? word)
        .join(' '),
      256,
      'hashed',
    );
}

/** A word is the sum of the random vectors of the words that it has stood beside in a large text. */
function cooccurring(all: readonly Topic[], dimensions = 192): Geometry {
  const next = random(11);
  const seeds = new Map<string, Float32Array>();
  const sums = new Map<string, Float32Array>();
  const seedOf = (word: string) => known(seeds, word, () => gaussian(dimensions, next));
  for (let line = 0; line < all.length * 40; line += 1) {
    const topic = all[Math.floor(next() * all.length)];
    const words = textOf([...(topic?.told ?? []), ...(topic?.asked ?? [])], next).split(' ');
    for (const word of words) {
      const sum = known(sums, word, () => new Float32Array(dimensions));
      for (const other of words) if (other !== word) addTo(sum, seedOf(other), common.has(word) ? 0.1 : 1);
    }
  }
  return (text) => {
    const vector = gaussian(dimensions, random(text.length + 1)).map((value) => value * 1e-3);
    for (const word of text.split(' '))
      addTo(
        vector,
        known(sums, word, () => gaussian(dimensions, next)),
        common.has(word) ? 0.2 : 1,
      );
    return vector;
  };
}

/** Two vectors of it have a cosine of about 0.8, and little is left to tell meanings apart. */
function anisotropic(all: readonly Topic[]): Geometry {
  const plain = cooccurring(all);
  const shared = gaussian(192, random(13));
  return (text) => {
    const vector = unit(plain(text));
    addTo(vector, unit(shared), 1.6);
    // A few dimensions of such models are far larger than the others, whatever the text.
    for (const at of [3, 50, 120]) vector[at] = (vector[at] ?? 0) + 0.7;
    return vector;
  };
}

export const GEOMETRIES: Readonly<Record<string, (all: readonly Topic[]) => Geometry>> = {
  'hashed pieces of words': hashed,
  'words that stand together': cooccurring,
  'almost one direction': anisotropic,
};

function known<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function addTo(vector: Float32Array, other: Float32Array, times: number): void {
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) + times * (other[at] ?? 0);
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function gaussian(dimensions: number, next: () => number): Float32Array {
  return Float32Array.from(
    { length: dimensions },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
}
