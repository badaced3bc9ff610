/** The shrink guard: a plan that takes away much of a memory at once is more likely wrong than meant. */
import type { MemoryId } from '../model/ids.ts';
import type { Operation } from '../model/plan.ts';

export type ShrinkLimits = {
  /** Share of a place's active records that one plan may take away, 0..1. */
  readonly share: number;
  /** Fewer than this may always go: a small memory would be frozen otherwise. */
  readonly fewest: number;
};

const SHRINK_LIMITS: ShrinkLimits = { share: 0.3, fewest: 5 };

/** The active records of one scope and project. */
export type Place = { readonly name: string; readonly active: number };

export type Shrink = {
  readonly place: string;
  readonly removed: number;
  readonly active: number;
  /** For people and models, with the numbers. */
  readonly words: string;
};

/**
 * The first place that the plan would shrink too far, or null. A record that is replaced or merged has a successor
 * and counts as kept; one that is forgotten or sent back to waiting counts as gone, once.
 * @param placeOf the place of an active record; null for one that is not active.
 */
export function findShrink(
  operations: readonly Operation[],
  placeOf: (target: MemoryId) => Place | null,
  { share, fewest }: ShrinkLimits = SHRINK_LIMITS,
): Shrink | null {
  const removed = new Map<string, { readonly active: number; readonly targets: Set<MemoryId> }>();
  for (const operation of operations) {
    const gone =
      operation.op === 'forget' || (operation.op === 'reconsider' && operation.state === 'waiting');
    const place = gone ? placeOf(operation.target) : null;
    if (!gone || place === null) continue;
    const entry = removed.get(place.name) ?? { active: place.active, targets: new Set() };
    removed.set(place.name, entry);
    entry.targets.add(operation.target);
  }
  for (const [name, { active, targets }] of removed) {
    if (targets.size < fewest || targets.size <= share * active) continue;
    const percent = Math.round((100 * targets.size) / Math.max(active, targets.size));
    const words = `the plan would remove ${targets.size} of ${active} memories of ${name} (${percent} %), at most ${Math.round(share * 100)} % go at once`;
    return { place: name, removed: targets.size, active, words };
  }
  return null;
}
