/** Words that look like words, drawn with a long tail: the same for the same seed. */
const SYLLABLES = [
  'ba',
  'co',
  'di',
  'fu',
  'ga',
  'he',
  'ji',
  'ko',
  'lu',
  'ma',
  'ne',
  'pi',
  'qua',
  'ro',
  'su',
  'ta',
  've',
  'wi',
  'xo',
  'zy',
];
const VOCABULARY = 60_000;

/** A function that draws n words. */
export function words(seed) {
  let state = seed >>> 0 || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return (count) => Array.from({ length: count }, () => word(Math.floor(VOCABULARY ** random()) - 1));
}

function word(rank) {
  let rest = rank + 20;
  let text = '';
  while (rest > 0) {
    text += SYLLABLES[rest % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return text;
}
