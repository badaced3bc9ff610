/**
 * The session and the call of a caller who is bound to projects. Whoever holds a token may name any session: it counts
 * where something of it lies within reach. One of another project stands for a session that nobody has, as an unknown
 * one does, so that neither can be told from the other and no session's words speak for somebody else.
 */
import type { Caller } from '../model/caller.ts';
import { sessionId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';

/** To be asked again once transcripts were read: a session that was unknown may have been captured. */
export async function asSeen(store: Store, caller: Caller): Promise<Caller> {
  if (caller.reach === null || caller.reach === undefined) return caller;
  const claimed = caller.claimed ?? { session: caller.session, callId: caller.callId };
  const within = await storeWithin(store, caller);
  const { session, callId } = claimed;
  const isSeen = session !== null && (await within.sessions.get(session)) !== null;
  const call =
    callId === null || (session !== null && !isSeen) ? null : await within.capture.findCall(callId, session);
  return {
    ...caller,
    claimed,
    session: session === null || isSeen ? session : sessionId(`token ${caller.token ?? ''}`, session),
    callId: call === null ? null : callId,
  };
}
