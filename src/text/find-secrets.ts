// What has to go from a text, found in the text as it is and in a copy without terminal escapes, invisible
// characters and line wraps, with offsets of the original. Linear in the length of the text.

import { hiddenRanges, holdsHidden } from './invisible.ts';
import { acrossLineEnds, wrappedLineEnds } from './line-wraps.ts';
import { findPrivateKeys } from './private-keys.ts';
import { findContextSecrets, holdsContext, holdsHeader } from './redaction-context.ts';
import { type Cut, mergeCuts } from './redaction-cut.ts';
import { findNamedSecrets } from './secret-names.ts';
import { type TextView, viewWithout } from './text-view.ts';
import { scanTokens } from './token-scan.ts';

/** The parts to cut, in order, not overlapping. */
export function findSecrets(text: string): Cut[] {
  const found = scan(text);
  const cuts = [...found.cuts];
  const clean = holdsHidden(text) ? viewWithout(text, hiddenRanges(text)) : undefined;
  if (clean === undefined) {
    cuts.push(...scanUnwrapped(text, found.wraps));
  } else {
    const seen = scan(clean.text);
    cuts.push(...inSource(clean, seen.cuts), ...inSource(clean, scanUnwrapped(clean.text, seen.wraps)));
  }
  if (cuts.length === 0) return cuts;
  return mergeCuts(text.includes('[redacted:') ? outsideMarks(text, cuts) : cuts);
}

/** No cut begins or ends within a mark of an earlier pass, whose colon reads like that of a user and a password. */
function outsideMarks(text: string, cuts: readonly Cut[]): Cut[] {
  return cuts
    .map((cut) => ({
      ...cut,
      start: markAround(text, cut.start)?.end ?? cut.start,
      end: markAround(text, cut.end)?.start ?? cut.end,
    }))
    .filter(({ start, end }) => start < end);
}

/** The mark that begins before `at` and ends behind it. Looks only as far as a mark is long. */
function markAround(text: string, at: number): { start: number; end: number } | undefined {
  const from = Math.max(0, at - LONGEST_MARK);
  for (const mark of text.slice(from, at + LONGEST_MARK).matchAll(MARK)) {
    const start = from + mark.index;
    const end = start + mark[0].length;
    if (start < at && at < end) return { start, end };
  }
  return undefined;
}

const MARK = /\[redacted:[a-z-]{1,40}\]/g;
const LONGEST_MARK = 51;

/** One look at one text. Rules that know a secret's own shape come first: they name what several rules find. */
function scan(text: string): { cuts: Cut[]; wraps: boolean } {
  const keys = text.includes('-----BEGIN ') ? findPrivateKeys(text) : [];
  const tokens = scanTokens(text);
  const context = holdsContext(text);
  const named = findNamedSecrets(text);
  const cuts = [...keys, ...tokens.cuts, ...(context ? findContextSecrets(text) : []), ...named.cuts];
  return { cuts, wraps: tokens.wraps || named.wraps || (context && holdsHeader(text)) };
}

function scanUnwrapped(text: string, everywhere: boolean): Cut[] {
  const lineEnds = wrappedLineEnds(text, everywhere);
  if (lineEnds.length === 0) return [];
  const view = viewWithout(text, lineEnds);
  return inSource(view, acrossLineEnds(view, scan(view.text).cuts));
}

function inSource(view: TextView, cuts: readonly Cut[]): Cut[] {
  return cuts.map((cut) => ({
    ...cut,
    start: view.sourceOf(cut.start),
    end: view.sourceOf(cut.end - 1) + 1,
  }));
}
