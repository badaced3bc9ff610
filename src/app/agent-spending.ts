/** The budget of the day for agents that compile: the one of reviewers, in the same ledger. */
import type { CompileDeps } from '../compile/index.ts';
import type { Clock } from '../model/time.ts';
import { limitsAt, stopWords } from '../review/index.ts';
import type { Store } from '../store/store.ts';

export function agentSpending({
  store: { reviews },
  now,
  limits,
}: {
  readonly store: Pick<Store, 'reviews'>;
  readonly now: Clock;
  readonly limits: Parameters<typeof limitsAt>[0];
}): NonNullable<CompileDeps['spending']> {
  return {
    reserve: async ({ backend, model, tokens }) => {
      const reserved = await reviews.reserveRun({
        // Told apart in the ledger from a review by the same program.
        provider: `${backend} (compile)`,
        model,
        tokens,
        limits: limitsAt(limits, now()),
      });
      return reserved.status === 'reserved' ? { entry: reserved.entry } : { stop: stopWords(reserved.stop) };
    },
    settle: (entry, cost) => reviews.settleRun(entry, cost),
  };
}
