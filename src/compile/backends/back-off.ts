/**
 * An agent whose answer came to nothing is not asked again for a while, for longer each time: it would fail, and cost,
 * at the end of every turn. Kept in the store, so that the next process knows it; another agent is asked at once.
 */
import type { Clock } from '../../model/time.ts';
import type { Store } from '../../store/store.ts';
import { isRecord } from '../../text/first-object.ts';
import type { AgentBackend, AgentSettings } from './agent.ts';

const NOTE = 'compile.agent';
const FIRST_MS = 600_000;
const LONGEST_MS = 6 * 3_600_000;

type Failures = { readonly count: number; readonly until: number };

export class BackOff {
  readonly #store: Pick<Store, 'health'>;
  readonly #now: Clock;
  readonly #agent: string;

  constructor(
    { store, now }: { readonly store: Pick<Store, 'health'>; readonly now: Clock },
    backend: AgentBackend,
    { model, command }: Pick<AgentSettings, 'model' | 'command'>,
  ) {
    this.#store = store;
    this.#now = now;
    this.#agent = JSON.stringify([backend, model, command]);
  }

  /** Epoch ms before which the agent is not asked; null = it may be asked. */
  async until(): Promise<number | null> {
    const failures = await this.#failures();
    return failures !== null && this.#now() < failures.until ? failures.until : null;
  }

  async failed(): Promise<void> {
    const count = ((await this.#failures())?.count ?? 0) + 1;
    const at = this.#now();
    // The exponent is kept small, since the product would be infinite some day.
    const until = at + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 10));
    await this.#store.health.setNote(NOTE, {
      at,
      error: null,
      detail: { agent: this.#agent, count, until },
    });
  }

  async answered(): Promise<void> {
    if ((await this.#failures()) === null) return;
    await this.#store.health.setNote(NOTE, { at: this.#now(), error: null, detail: {} });
  }

  async #failures(): Promise<Failures | null> {
    const note = await this.#store.health.note(NOTE);
    // A clock that was set back must not hold it for longer.
    if (note === null || !isRecord(note.detail) || this.#now() < note.at) return null;
    const { agent, count, until } = note.detail;
    if (agent !== this.#agent || typeof count !== 'number' || typeof until !== 'number') return null;
    return { count, until };
  }
}
