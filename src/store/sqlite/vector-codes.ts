/**
 * The codes of one model and kind in memory, a bit a dimension: 48 bytes for 384 dimensions, compared at 30 million a
 * second, where a function of SQLite is called for each row at a fifth of that.
 */
import { codeWords } from './vector-math.ts';

const FIRST = 1024;
/**
 * Words compared for one question at most, about 25 ms: of a store with more, the newest are looked at. That is
 * 750,000 vectors of 384 dimensions, 560,000 of 512 and more.
 */
const MOST_WORDS = 9_000_000;

export class VectorCodes {
  readonly words: number;
  #rows = new Float64Array(FIRST);
  #places = new Int32Array(FIRST);
  #codes: Int32Array;
  size = 0;

  constructor(dimensions: number) {
    this.words = codeWords(dimensions);
    this.#codes = new Int32Array(FIRST * this.words);
  }

  /** The highest row held; rows come in rising order. */
  get last(): number {
    return this.size === 0 ? 0 : (this.#rows[this.size - 1] ?? 0);
  }

  row(at: number): number {
    return this.#rows[at] ?? 0;
  }

  /** Adds vectors in the order of their rows; `codes` in hexadecimal, one behind the other. */
  add(rows: readonly number[], places: readonly number[], codes: string): void {
    this.#grow(this.size + rows.length);
    this.#rows.set(rows, this.size);
    this.#places.set(places, this.size);
    const bytes = Buffer.from(this.#codes.buffer);
    bytes.write(codes, this.size * this.words * 4, 'hex');
    this.size += rows.length;
  }

  /**
   * The rows of the `count` codes that differ in the fewest bits.
   * @param allowed 1 for each place that counts; null = all
   */
  nearest(code: Int32Array, count: number, allowed: Uint8Array | null): number[] {
    const { words } = this;
    const from = Math.max(0, this.size - Math.floor(MOST_WORDS / words));
    const codes = this.#codes;
    const places = this.#places;
    const distances = new Uint16Array(this.size - from).fill(NEVER);
    const tally = new Uint32Array(words * 32 + 1);
    for (let at = from, word = from * words; at < this.size; at += 1, word += words) {
      if (allowed !== null && allowed[places[at] ?? 0] !== 1) continue;
      let distance = 0;
      for (let of = 0; of < words; of += 1) {
        // Bits that differ, counted in parallel.
        let x = (codes[word + of] ?? 0) ^ (code[of] ?? 0);
        x -= (x >>> 1) & 0x55555555;
        x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
        distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      distances[at - from] = distance;
      tally[distance] = (tally[distance] ?? 0) + 1;
    }
    return this.#upTo(distances, tally, from, count);
  }

  /** Rows spread evenly over all. */
  spread(count: number): number[] {
    const step = Math.max(1, this.size / count);
    const rows: number[] = [];
    for (let at = 0; at < this.size && rows.length < count; at += step) rows.push(this.row(Math.floor(at)));
    return rows;
  }

  #upTo(distances: Uint16Array, tally: Uint32Array, from: number, count: number): number[] {
    let cut = 0;
    let within = 0;
    while (cut < tally.length && within + (tally[cut] ?? 0) <= count) {
      within += tally[cut] ?? 0;
      cut += 1;
    }
    const closer: number[] = [];
    const equal: number[] = [];
    for (let at = distances.length - 1; at >= 0; at -= 1) {
      const distance = distances[at] ?? NEVER;
      if (distance < cut) closer.push(this.row(from + at));
      else if (distance === cut && within + equal.length < count) equal.push(this.row(from + at));
    }
    return [...closer, ...equal];
  }

  #grow(size: number): void {
    if (size <= this.#rows.length) return;
    const room = Math.max(size, this.#rows.length * 2);
    const [rows, places, codes] = [this.#rows, this.#places, this.#codes];
    this.#rows = new Float64Array(room);
    this.#rows.set(rows);
    this.#places = new Int32Array(room);
    this.#places.set(places);
    this.#codes = new Int32Array(room * this.words);
    this.#codes.set(codes);
  }
}

/** No distance: a code has at most 512 bits. */
const NEVER = 0xffff;
