/**
 * What was opened in the turn that is going on: the same thing again is redirected, and after eight different ones
 * the index is pointed to. Searching and the index are free. Known for callers whose session and turn are known.
 */

export const MOST_DRILLS = 8;
/** Sessions remembered at once, the least recently used forgotten first. */
const MOST_SESSIONS = 64;

type TurnState = { readonly turn: string; readonly seen: Set<string>; opened: number };

export class Drills {
  readonly #sessions = new Map<string, TurnState>();

  /** What to say to this drill. `pages` of something opened before do not count against the limit. */
  verdict(session: string, turn: string, key: string, isPage: boolean): 'open' | 'again' | 'enough' {
    const state = this.#state(session, turn);
    if (state.seen.has(key)) return 'again';
    return !isPage && state.opened >= MOST_DRILLS ? 'enough' : 'open';
  }

  /** Notes a drill that was answered. */
  opened(session: string, turn: string, key: string, isPage: boolean): void {
    const state = this.#state(session, turn);
    state.seen.add(key);
    if (!isPage) state.opened += 1;
  }

  #state(session: string, turn: string): TurnState {
    const known = this.#sessions.get(session);
    this.#sessions.delete(session);
    const state = known?.turn === turn ? known : { turn, seen: new Set<string>(), opened: 0 };
    this.#sessions.set(session, state);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return state;
  }
}
