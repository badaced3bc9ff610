/** Which session is meant: by its short form, id or client id, or the caller's own. */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { quoted } from '../text/quoted.ts';
import { type HistoryAnswer, item, nothing } from './answer.ts';
import { callOf, sessionLine } from './lines.ts';

/** The session, or the answer that lists those it could be. @throws UserInputError when there is none. */
export async function oneSession(store: Store, wanted: string): Promise<SessionRecord | HistoryAnswer> {
  const found = await store.sessions.find(wanted);
  const [only] = found;
  if (only === undefined) {
    throw new UserInputError({
      what: 'No such session is stored',
      why: `${quoted(wanted)} begins neither an id nor a client's own id`,
      next: `Send an id as the index shows it before the #: ${callOf({})}`,
    });
  }
  if (found.length === 1) return only;
  const items = found.map((session) => item(sessionLine(session), session.short, 0));
  return {
    ...nothing('Several sessions begin like that; send one of these ids:', 'ambiguous session'),
    blocks: items.map(({ block }) => block),
  };
}

/** The caller's own session. @throws UserInputError where it is not known, or not captured. */
export async function ownSession(store: Store, caller: Caller): Promise<SessionRecord> {
  if (caller.session === null) {
    throw new UserInputError({
      what: '`session` is missing',
      why: 'the client does not say which session this call belongs to',
      next: `Send session:"<id>" too; the index shows the ids before the #: ${callOf({})}`,
    });
  }
  const session = await store.sessions.get(caller.session);
  if (session !== null) return session;
  throw new UserInputError({
    what: 'This session is not captured yet',
    why: 'its transcript has not been read so far',
    next: `Earlier sessions are in the index: ${callOf({})}`,
  });
}
