// Cutting text to size without breaking a character, with honest marks.

export { estimateTokens } from './token-estimate.ts';

/** The first `maxChars` UTF-16 units at most, whole characters; `cut` is how many units were left out. */
export function clipEnd(text: string, maxChars: number): { text: string; cut: number } {
  if (text.length <= maxChars) return { text, cut: 0 };
  const end = boundaryBefore(text, Math.max(0, maxChars));
  return { text: text.slice(0, end), cut: text.length - end };
}

/** The last `maxChars` UTF-16 units at most, whole characters; `cut` is how many units were left out. */
export function clipStart(text: string, maxChars: number): { text: string; cut: number } {
  if (text.length <= maxChars) return { text, cut: 0 };
  const start = boundaryAfter(text, text.length - Math.max(0, maxChars));
  return { text: text.slice(start), cut: start };
}

/**
 * Head and tail of the text with a mark between them, `maxChars` units at most with the mark. The mark says how much
 * is gone; a `marker` given as a function is asked with the number of units.
 */
export function clipMiddle(
  text: string,
  maxChars: number,
  marker: (cut: number) => string = (cut) => `\n… ${cut} characters left out …\n`,
): string {
  if (text.length <= maxChars) return text;
  const room = maxChars - marker(text.length).length;
  if (room < 2) return clipEnd(text, maxChars).text;
  const head = clipEnd(text, Math.ceil(room / 2)).text;
  const tail = clipStart(text, Math.floor(room / 2)).text;
  return head + marker(text.length - head.length - tail.length) + tail;
}

/** The nearest place at or before `at` between two characters a reader sees as such. */
export function boundaryBefore(text: string, at: number): number {
  let place = at;
  while (place > 0 && place < text.length && joinsPrevious(text, place)) place -= 1;
  return place;
}

/** The nearest such place at or after `at`. */
export function boundaryAfter(text: string, at: number): number {
  let place = at;
  while (place < text.length && place > 0 && joinsPrevious(text, place)) place += 1;
  return place;
}

/** Low surrogates, combining marks, selectors, joiners, skin tones: what belongs to the character before it. */
function joinsPrevious(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x300) return unit === 10 && text.charCodeAt(at - 1) === 13;
  if (unit >= 0xdc00 && unit <= 0xdfff) return isHighSurrogate(text.charCodeAt(at - 1));
  if (unit === 0x200d || text.charCodeAt(at - 1) === 0x200d) return true;
  if (unit === 0xd83c && /^\ud83c[\udffb-\udfff]/.test(text.slice(at, at + 2))) return true;
  return /^[\p{M}\u200c]/u.test(text.charAt(at));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
