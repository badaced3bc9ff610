/** Numbers drawn from a seed: the same seed gives the same run on every machine. */

/** A function that gives numbers in [0, 1) (SplitMix32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in [0, below). */
export const whole = (next, below) => Math.floor(next() * below);

/** One of the list. */
export const pick = (next, list) => list[whole(next, list.length)];
