/**
 * Keys and term numbers of one batch, in a few large buffers: a thousand small ones cost more to hand to another
 * thread than what is in them.
 */
const CHUNK = 16_384;

export class BatchRoom {
  #bytes = new Uint8Array(CHUNK);
  #bytesUsed = 0;
  #numbers = new Uint32Array(CHUNK);
  #numbersUsed = 0;

  /** A copy. */
  bytes(value: Uint8Array): Uint8Array {
    if (this.#bytesUsed + value.length > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(CHUNK, value.length));
      this.#bytesUsed = 0;
    }
    const copy = this.#bytes.subarray(this.#bytesUsed, this.#bytesUsed + value.length);
    copy.set(value);
    this.#bytesUsed += value.length;
    return copy;
  }

  /** Room for so many numbers. */
  numbers(length: number): Uint32Array {
    if (this.#numbersUsed + length > this.#numbers.length) {
      this.#numbers = new Uint32Array(Math.max(CHUNK, length));
      this.#numbersUsed = 0;
    }
    this.#numbersUsed += length;
    return this.#numbers.subarray(this.#numbersUsed - length, this.#numbersUsed);
  }
}
