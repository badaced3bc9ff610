/** Decides origins again, once transcripts show what they had not shown when the records were made. */
import type { Caller } from '../model/caller.ts';
import { REMOVAL_CLAIM } from '../model/memory.ts';
import { admit, originOf, type TrustPolicy } from '../policy/index.ts';
import type { Store } from '../store/store.ts';
import { admittedText } from './terms.ts';

const AT_ONCE = 50;

/** Returns how many have changed. */
export async function reconsider(store: Store, caller: Caller, policy: TrustPolicy): Promise<number> {
  let changed = 0;
  for (const memory of await store.memories.unproven(AT_ONCE)) {
    if (memory.callId === null || memory.claim === REMOVAL_CLAIM) continue;
    const call = await store.capture.findCall(memory.callId, memory.session);
    if (call === null) continue;
    const proven = await originOf(store, {
      content: memory.content,
      session: call.session,
      upTo: call.position,
      turn: call.turn,
    });
    const admission = admit(
      {
        text: admittedText(memory),
        scope: memory.scope,
        origin: proven.origin,
        readable: true,
        keepAsked: proven.keepAsked,
        replaces: await store.memories.wouldReplace(memory.id),
        personPresent: false,
      },
      policy,
    );
    const result = await store.plans.apply({
      kind: 'reconsider',
      caller,
      operations: [
        {
          op: 'reconsider',
          target: memory.id,
          version: memory.version,
          origin: proven.origin,
          evidence: proven.evidence,
          ...admission,
        },
      ],
    });
    // A conflict means that somebody has changed the record meanwhile: the next capture looks again.
    if (result.status === 'applied') changed += 1;
  }
  return changed;
}
