/**
 * The progress of an import: one line on stderr that is written over. It touches neither stdin nor the terminal's
 * mode, so that Ctrl-C stays a signal and an import may run in the background.
 */
import type { Io } from './io.ts';
import { count, size } from './layout.ts';

/** `messages` = so far. */
export type Step = { readonly bytes: number; readonly total: number; readonly messages: number };

export type ProgressLine = { readonly step: (step: Step) => void; readonly end: () => void };

/** Often enough to be seen moving, seldom enough to cost nothing. */
const EVERY_MS = 100;
const BAR = 24;
/** Back to the margin, and clear what stands to the right. */
const [MARGIN, CLEAR] = ['\r', '\u001b[K'];

/** Where stderr is no terminal nothing is shown. `now` in milliseconds. */
export function progressLine(io: Io, now: () => number): ProgressLine {
  if (!io.isTTY.stderr || io.env.TERM === 'dumb') return { step: () => {}, end: () => {} };
  const began = now();
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    step: (step) => {
      const at = now();
      if (at - shownAt < EVERY_MS) return;
      shownAt = at;
      io.err(`${MARGIN}${lineOf(step, at - began).slice(0, io.columns.stderr - 1)}${CLEAR}`);
    },
    end: () => {
      if (shownAt !== Number.NEGATIVE_INFINITY) io.err(`${MARGIN}${CLEAR}`);
    },
  };
}

function lineOf({ bytes, total, messages }: Step, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(1, bytes / total);
  const full = Math.floor(share * BAR);
  const rate = elapsedMs < 500 ? '' : `, ${count(Math.round((messages / elapsedMs) * 1000))}/s`;
  const done = `${'#'.repeat(full)}${'.'.repeat(BAR - full)} ${Math.floor(share * 100)}%  ${size(bytes)} of ${size(total)}`;
  return messages === 0 ? done : `${done}  ${count(messages)} messages${rate}`;
}
