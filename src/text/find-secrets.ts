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
  return cuts.length === 0 ? cuts : mergeCuts(cuts);
}

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
