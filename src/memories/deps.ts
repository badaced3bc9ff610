/** What the memories service stands on. */
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { TrustPolicy } from '../policy/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';

export type MemoriesDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly policy: TrustPolicy;
  /** The home's root, whose files an erase looks through; none where there is only a store. */
  readonly home?: string;
  /** Renders the files that memory is shown in. */
  readonly render?: () => Promise<void>;
  /**
   * Takes the tail of the calling session until its call is seen; null when it was not, or when the client keeps no
   * transcript that midturn can read (`readable` tells which).
   */
  readonly findCall: (
    caller: Caller,
  ) => Promise<{ readonly call: CapturedCall | null; readonly readable: boolean }>;
};
