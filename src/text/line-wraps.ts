// Tokens that a terminal, a mail client or a shell continuation has broken over lines: which line ends a token may
// run across, and how far it really does.

import type { Cut } from './redaction-cut.ts';
import { countUpTo, type Range, type TextView } from './text-view.ts';
import { LONGEST_PREFIX, prefixStraddles } from './token-scan.ts';

/** Widest indentation of a continued line that is looked across, in characters. */
const MAX_INDENT = 8;
/** A continuation of this length is no word of a language, whatever its letters. */
const LONG_RUN = 16;

/**
 * Line ends with a token character on both sides, each as the range to leave out. When `everywhere` is false, only
 * a text is of interest in which a known prefix itself is broken; the answer is empty otherwise.
 */
export function wrappedLineEnds(text: string, everywhere: boolean): Range[] {
  const ranges: Range[] = [];
  let wanted = everywhere;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    let start = end;
    if (text.charCodeAt(start - 1) === 13) start -= 1;
    if (text.charCodeAt(start - 1) === 92) start -= 1;
    if (!isTokenUnit(text.charCodeAt(start - 1))) continue;
    let next = end + 1;
    while (next - end <= MAX_INDENT && (text.charCodeAt(next) === 32 || text.charCodeAt(next) === 9))
      next += 1;
    const first = text.charCodeAt(next);
    if (!isTokenUnit(first) && first !== 58 && first !== 126) continue; // `:` and `~` stand inside of some tokens.
    ranges.push([start, next]);
    if (!wanted) {
      const left = text.slice(Math.max(0, start - LONGEST_PREFIX), start);
      wanted = prefixStraddles(left + text.slice(next, next + LONGEST_PREFIX), left.length);
    }
  }
  return wanted ? ranges : [];
}

/**
 * Of the cuts found in a view without line ends, those that really cross one, each ended at the first line end
 * behind which something else begins: the token was whole before, or what follows reads as a word or a name.
 */
export function acrossLineEnds(view: TextView, cuts: readonly Cut[]): Cut[] {
  const crossing: Cut[] = [];
  for (const cut of cuts) {
    let end = cut.end;
    let index = countUpTo(view.seams, cut.start);
    const first = view.seams[index] ?? end;
    for (let seam = first; seam < cut.end; seam = view.seams[++index] ?? cut.end) {
      const stop = Math.min(view.seams[index + 1] ?? cut.end, cut.end);
      if (!goesOn(view.text, cut, seam, stop)) {
        end = seam;
        break;
      }
    }
    if (first < end) crossing.push({ ...cut, end });
  }
  return crossing;
}

function goesOn(text: string, cut: Cut, seam: number, stop: number): boolean {
  if (cut.rule === 'private-key') return true;
  if (cut.whole !== undefined) return seam - cut.start < cut.whole;
  const piece = text.slice(seam, stop);
  if (/[=:([{]/.test(text.charAt(stop)) || /^[A-Za-z_]\w{0,40}[=:(]/.test(piece)) return false;
  return (
    piece.length >= LONG_RUN ||
    (piece.length >= 3 && /\d/.test(piece) && /[A-Za-z]/.test(piece)) ||
    /[a-z][A-Z].*[A-Z]/.test(piece)
  );
}

/** Letters, digits and the signs of the alphabets that tokens are written in. */
function isTokenUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 95 ||
    unit === 45 ||
    unit === 46 ||
    unit === 47 ||
    unit === 43 ||
    unit === 61
  );
}
