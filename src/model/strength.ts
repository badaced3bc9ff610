/** Which origin weighs more, where two records meet. */
import type { Origin } from './memory.ts';

const STRENGTH: Readonly<Record<Origin, number>> = { tool: 0, agent: 1, user: 2 };

/** True where `a` is shown by weaker evidence than `b`: a tool's word than an agent's, an agent's than a person's. */
export function isWeaker(a: Origin, b: Origin): boolean {
  return STRENGTH[a] < STRENGTH[b];
}
