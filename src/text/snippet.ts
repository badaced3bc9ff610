/**
 * The part of a text that fits a question best. Apart from the plain cuts, which those use who load no tables of words.
 */
import { boundaryAfter, boundaryBefore } from './clip.ts';
import { analyse } from './terms.ts';

/** Mark of something left out. */
const ELLIPSIS = '…';

/**
 * At most `maxChars` units around the place where most of `terms` (analysed terms, see terms.ts) stand close
 * together; line ends become blanks, words stay whole, `…` marks what is left out. Without a match, the beginning.
 */
export function snippet(text: string, terms: readonly string[], maxChars: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= maxChars) return flat;
  const room = Math.max(1, maxChars - 2 * ELLIPSIS.length);
  const match = densest(flat, new Set(terms), room);
  // The match in the middle; never past the end, so that no room is wasted.
  const middle = match === undefined ? 0 : Math.floor((match[0] + match[1] - room) / 2);
  const from = Math.max(0, Math.min(middle, flat.length - room));
  const start = from === 0 ? 0 : wordStart(flat, from, match?.[0] ?? from);
  const to = Math.min(flat.length, start + room);
  const end = to === flat.length ? to : wordEnd(flat, to, Math.max(start, match?.[1] ?? start));
  return `${start > 0 ? ELLIPSIS : ''}${flat.slice(start, end).trim()}${end < flat.length ? ELLIPSIS : ''}`;
}

/** How far a word is followed to keep it whole, in UTF-16 units. */
const MAX_WORD = 40;

/** The begin of the next word at or after `from`, but not past `limit`. */
function wordStart(text: string, from: number, limit: number): number {
  const blank = text.indexOf(' ', from - 1);
  if (blank !== -1 && blank < limit && blank - from <= MAX_WORD) return blank + 1;
  return boundaryAfter(text, from);
}

/** The end of the last word before `to`, but not before `limit`. */
function wordEnd(text: string, to: number, limit: number): number {
  const blank = text.lastIndexOf(' ', to);
  if (blank >= limit && to - blank <= MAX_WORD) return blank;
  return boundaryBefore(text, to);
}

/** A word or name, or one character of a script without blanks: what a position is given for. */
const PLACE =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]+/gu;
/** How much of a text is searched for its best place, in UTF-16 units. */
const SEARCHED = 500_000;

/** The range within `width` units that holds most distinct terms, then most matches, then stands first. */
function densest(text: string, terms: ReadonlySet<string>, width: number): [number, number] | undefined {
  const hits = hitsOf(text.slice(0, SEARCHED), terms);
  const counts = new Map<string, number>();
  let best: [number, number] | undefined;
  let bestScore = 0;
  let first = 0;
  for (const [last, hit] of hits.entries()) {
    for (const term of hit.terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (
      let left = hits[first];
      left !== undefined && hit.end - left.start > width && first < last;
      left = hits[first]
    ) {
      for (const term of left.terms) {
        const count = (counts.get(term) ?? 1) - 1;
        if (count === 0) counts.delete(term);
        else counts.set(term, count);
      }
      first += 1;
    }
    const score = counts.size * 1_000 + Math.min(999, last - first);
    if (score > bestScore) {
      bestScore = score;
      best = [hits[first]?.start ?? hit.start, hit.end];
    }
  }
  return best;
}

type Hit = { readonly start: number; readonly end: number; readonly terms: readonly string[] };

function hitsOf(text: string, terms: ReadonlySet<string>): Hit[] {
  const hits: Hit[] = [];
  const known = new Map<string, readonly string[]>();
  for (const match of text.matchAll(PLACE)) {
    const single = match[0].length <= 2 && /\p{L}/u.test(match[0]) && !/[\0-\u024f]/.test(match[0]);
    const place = single
      ? text.slice(match.index, match.index + match[0].length * 2)
      : match[0].slice(0, 400);
    let found = known.get(place);
    if (found === undefined) {
      const analysed = single ? [...analyse(place), match[0]] : analyse(place);
      found = [...new Set(analysed)].filter((term) => terms.has(term));
      known.set(place, found);
    }
    if (found.length > 0) hits.push({ start: match.index, end: match.index + match[0].length, terms: found });
  }
  return hits;
}
