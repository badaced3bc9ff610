/**
 * Hooks that the running server answers itself. No process of a hook writes a line into the log or leaves word for the
 * worker then, so that is done here: after the answer, and never at its cost.
 */
import type { LogLine } from '../project/log-file.ts';
import type { Store } from '../store/store.ts';
import type { CallFacts } from './caller.ts';

export type AnsweredHook = {
  readonly event: 'user-prompt';
  /** How long the answer took. */
  readonly ms: number;
  /** Of the answer; 0 = nothing was added. */
  readonly characters: number;
  /** What went wrong; null = nothing. */
  readonly error: string | null;
};

type Deps = {
  readonly store: () => Promise<Pick<Store, 'health'>>;
  readonly now: () => number;
  readonly version: () => string;
  readonly log: (line: LogLine) => void;
  /** A note could not be left, for another reason than that somebody else was writing. */
  readonly onError: () => void;
};

/** A note says when a hook last ran: to the minute is enough, and a write a minute is not felt. */
const QUIET_MS = 60_000;

export class AnsweredHooks {
  readonly #deps: Deps;
  /** By kind of note: when this process left the last one. */
  readonly #noted = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  note(facts: CallFacts, hook: AnsweredHook): void {
    // A client elsewhere says nothing of how the clients of this machine are wired.
    if (facts.surface === 'http') return;
    const at = this.#deps.now();
    setImmediate(() => {
      this.#log(facts, hook, at);
      void this.#leave(facts, hook, at);
    });
  }

  #log({ client, plugin = false }: CallFacts, { event, ms, characters, error }: AnsweredHook, at: number) {
    this.#deps.log({
      at,
      level: error === null ? 'info' : 'error',
      kind: `hook.${event}`,
      ok: error === null,
      ms,
      client,
      ...(plugin ? { plugin } : {}),
      characters,
      ...(error === null ? {} : { error }),
    });
  }

  async #leave({ client }: CallFacts, { event, ms, error }: AnsweredHook, at: number): Promise<void> {
    const { store, version, onError } = this.#deps;
    const kind = `hook.${event}.${client ?? 'unknown'}`;
    const last = this.#noted.get(kind);
    // A clock that was set back does not silence it for longer.
    if (last !== undefined && Math.abs(at - last) < QUIET_MS) return;
    this.#noted.set(kind, at);
    try {
      const note = { at, error, detail: { ms: Math.round(ms), version: version() } };
      // Somebody else is writing: the next prompt tries again.
      if (!(await (await store()).health.tryNote(kind, note))) this.#noted.delete(kind);
    } catch {
      onError();
    }
  }
}
