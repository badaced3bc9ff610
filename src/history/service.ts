/** The history service: search, index and reading of what was said and done. */

import type { Semantic } from '../embeddings/index.ts';
import type { Answer } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { WEIGHTS, type Weights } from '../text/weights.ts';
import type { HistoryAnswer } from './answer.ts';
import { nothing } from './answer.ts';
import { Drills, MOST_DRILLS } from './drills.ts';
import { callOf } from './lines.ts';
import { openMessage } from './open-message.ts';
import { openSession, openTurns } from './open-session.ts';
import { type Pace, Steps } from './pace.ts';
import { recentTurns } from './recent.ts';
import { type Asked, askedFor } from './request.ts';
import { currentTurn } from './scope.ts';
import type { HistoryHit, HistoryRequest } from './types.ts';

/** What a search and the index go through at most: see pace.ts. */
const SEARCH_STEPS = 8;
const INDEX_STEPS = 40;

export type HistoryDeps = {
  readonly store: Store;
  readonly now: Clock;
  /** Default: all signals. */
  readonly weights?: Weights;
  /** Nearness by meaning; null where it is off. */
  readonly semantic?: Semantic | null;
};

export type HistoryService = {
  /**
   * Answers any form of recall_history.
   * @throws UserInputError for arguments that are wrong or do not go together, and for what is not there.
   */
  readonly ask: (caller: Caller, request: HistoryRequest, pace?: Pace) => Promise<Answer<HistoryHit>>;
};

export function historyService({
  store: all,
  now,
  weights = WEIGHTS,
  semantic = null,
}: HistoryDeps): HistoryService {
  const drills = new Drills();
  return {
    ask: async (caller, request, pace = {}) => {
      const store = await storeWithin(all, caller);
      const asked = askedFor(request);
      if (asked.form === 'index') return recentTurns(store, caller, asked, new Steps(pace, INDEX_STEPS));
      if (asked.form === 'search') {
        // Its tables of words are loaded with the first search: the start of a session asks for the index alone.
        const { searchMessages } = await import('./search.ts');
        return searchMessages(store, caller, asked, {
          now: now(),
          weights,
          semantic,
          steps: new Steps(pace, SEARCH_STEPS),
        });
      }
      if (asked.form === 'session') return openSession(store, caller, asked);
      const place = await turnOf(store, caller);
      if (place === null) return drill(store, caller, asked);
      const key = JSON.stringify([asked.request, asked.offset, request.maxTokens ?? 0]);
      const isPage = asked.offset > 0;
      const verdict = drills.verdict(place.session, place.turn, key, isPage);
      if (verdict === 'again') return again();
      if (verdict === 'enough') return enough();
      const answer = await drill(store, caller, asked);
      drills.opened(place.session, place.turn, key, isPage);
      return answer;
    },
  };
}

type Drill = Extract<Asked, { form: 'ref' } | { form: 'turns' }>;

function drill(store: Store, caller: Caller, asked: Drill): Promise<HistoryAnswer> {
  return asked.form === 'ref' ? openMessage(store, caller, asked) : openTurns(store, caller, asked);
}

async function turnOf(store: Store, caller: Caller): Promise<{ session: string; turn: string } | null> {
  if (caller.session === null) return null;
  if (caller.turnKey !== null) return { session: caller.session, turn: caller.turnKey };
  const current = await currentTurn(store, caller);
  return current === null ? null : { session: current.session, turn: `#${current.turn}` };
}

function again(): HistoryAnswer {
  return {
    ...nothing(
      'You have opened exactly this in this turn already: the answer stands above.',
      'exact repeat',
      [`Something else: ${callOf({ query: 'a few telling words' })} or ${callOf({})}`],
    ),
    abstained: false,
  };
}

function enough(): HistoryAnswer {
  return {
    ...nothing(
      `${MOST_DRILLS} things have been opened in this turn, and that is the limit; searching and the index are free.`,
      'drill limit',
      [`Search for what you need: ${callOf({ query: 'a few telling words' })}; the index: ${callOf({})}`],
    ),
    abstained: false,
  };
}
