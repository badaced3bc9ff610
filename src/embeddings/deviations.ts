/** How far from chance a similarity lies, whatever the model. */
import type { Nearest } from '../store/vectors.ts';

/** Fewer vectors say nothing of what chance is. */
const LEAST_SAMPLE = 8;
/** A deviation told from n of them is itself wrong by about 1/√n of it: twice that is added. */
const DOUBT = 2;
/** What is left by rounding vectors to bytes; smaller differences mean nothing. */
const RESOLUTION = 0.004;

/** In standard deviations above just any document; 0 where too few are known to tell. */
export function deviationsFrom(background: Nearest['background'], similarity: number): number {
  const { middle, deviation, sample } = background;
  if (sample < LEAST_SAMPLE) return 0;
  return (similarity - middle) / Math.max(RESOLUTION, deviation * (1 + DOUBT / Math.sqrt(sample)));
}
