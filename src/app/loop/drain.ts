/**
 * Empties the spool: takes the transcripts that hooks have named into the store, queues their reviews and notes when
 * each hook last ran. A file goes only after its work is committed, so that a worker that dies in the middle leaves
 * it to the next one; doing it twice changes nothing.
 */
import { messageOf, SourceError, StoreError } from '../../model/errors.ts';
import { type SessionId, sessionId } from '../../model/ids.ts';
import type { ReviewTrigger } from '../../model/review.ts';
import {
  claimSpooled,
  listSpool,
  readSpooled,
  releaseSpooled,
  removeSpooled,
  type SpoolEntry,
  type Spooled,
  type SpoolKind,
  setAside,
} from '../../project/spool.ts';
import type { Store } from '../../store/store.ts';
import { hookCall } from '../caller.ts';
import { refusalOf } from '../named-transcript.ts';
import type { LoopApp } from './loop.ts';

export type Drained = {
  readonly done: number;
  /** Left for the next worker. */
  readonly failed: number;
  /** Put aside for good. */
  readonly broken: number;
};

/** A file that was begun with this often without an end is put aside. */
const MOST_ATTEMPTS = 3;
/** How long after its hook the end of a turn is waited for: Codex writes it within a few hundred milliseconds. */
const TURN_END_MS = 2_000;
const READABLE = new Set(['codex', 'claude-code']);
const TRIGGERS: Partial<Record<SpoolKind, ReviewTrigger>> = {
  'turn-ended': 'stop',
  'before-compaction': 'pre-compact',
  'session-ended': 'session-end',
};
/** At the start of a session its transcript holds nothing new. */
const CAPTURED: ReadonlySet<SpoolKind> = new Set(['turn-ended', 'before-compaction', 'session-ended']);

export class Drain {
  readonly #app: LoopApp;
  /** What this worker has tried: what failed once is for the next one. */
  readonly #tried = new Set<string>();
  #held: Spooled | null = null;

  constructor(app: LoopApp) {
    this.#app = app;
  }

  /** True while something waits that this worker has not tried. */
  get hasWork(): boolean {
    return this.#waiting().length > 0;
  }

  /** @throws StoreError when the store cannot be written: everything stays where it is. */
  async run(signal: AbortSignal): Promise<Drained> {
    let [done, failed, broken] = [0, 0, 0];
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      for (const spooled of waiting) {
        if (signal.aborted) return { done, failed, broken };
        const outcome = await this.#take(spooled);
        if (outcome === 'done') done += 1;
        else if (outcome === 'failed') failed += 1;
        else if (outcome === 'broken') broken += 1;
      }
    }
    return { done, failed, broken };
  }

  /** The process is told to end: what it has in hand was not at fault. */
  letGo(): void {
    if (this.#held !== null) releaseSpooled(this.#app.layout, this.#held);
    this.#held = null;
  }

  #waiting(): readonly Spooled[] {
    return listSpool(this.#app.layout).filter(({ name }) => !this.#tried.has(stemOf(name)));
  }

  async #take(spooled: Spooled): Promise<'done' | 'failed' | 'broken' | 'gone'> {
    const { layout } = this.#app;
    this.#tried.add(stemOf(spooled.name));
    if (spooled.attempts >= MOST_ATTEMPTS) return this.#putAside(spooled, 'it failed too often');
    const claimed = claimSpooled(layout, spooled);
    if (claimed === null) return 'gone';
    let entry: SpoolEntry;
    try {
      entry = readSpooled(layout, claimed);
    } catch (error) {
      return this.#putAside(claimed, messageOf(error));
    }
    this.#held = claimed;
    try {
      await this.#work(entry);
      removeSpooled(layout, claimed);
      return 'done';
    } catch (error) {
      await this.#failed(claimed, entry, error);
      return claimed.attempts >= MOST_ATTEMPTS ? this.#putAside(claimed, messageOf(error)) : 'failed';
    } finally {
      this.#held = null;
    }
  }

  async #work(entry: SpoolEntry): Promise<void> {
    const store = await this.#app.store();
    if (entry.kind === 'trouble') await store.health.count({ 'hook.failures': 1 });
    else await this.#capture(entry, store);
    await note(store, entry);
  }

  async #capture(entry: SpoolEntry, store: Store): Promise<void> {
    const { client, session: external, transcript, kind, at } = entry;
    if (client === null || !READABLE.has(client) || !CAPTURED.has(kind)) return;
    const refusal = transcript === null ? null : await refusalOf(transcript);
    if (refusal !== null) throw new SourceError({ what: `${transcript} was not captured`, why: refusal });
    const caller = await this.#app.caller(
      hookCall({ client, session: external, turn: entry.turn, call: null, cwd: entry.cwd ?? this.#app.cwd }),
    );
    const desk = await this.#app.capture();
    let session: SessionId | null = external === null ? null : sessionId(client, external);
    if (transcript === null) await desk.refresh(caller);
    else {
      const ms = kind === 'turn-ended' ? leftOf(at, this.#app.now()) : 0;
      session = await desk.takeTranscript(caller, { path: transcript, ms });
    }
    const trigger = TRIGGERS[kind];
    if (trigger === undefined || session === null || (await store.sessions.get(session)) === null) return;
    const { review } = await this.#app.config();
    if (review.enabled) await (await this.#app.review?.())?.enqueue(caller, { session, trigger });
  }

  /** Whether it is the entry or the store that fails: with a store that takes nothing, nothing is anybody's fault. */
  async #failed(claimed: Spooled, entry: SpoolEntry, error: unknown): Promise<void> {
    this.#app.log({
      at: this.#app.now(),
      level: 'error',
      kind: 'worker.entry',
      ok: false,
      event: entry.event,
      error: messageOf(error),
    });
    try {
      await (await this.#app.store()).health.count({ 'spool.failures': 1 });
    } catch (cause) {
      releaseSpooled(this.#app.layout, claimed);
      throw new StoreError(
        {
          what: 'The spool was not emptied',
          why: messageOf(cause),
          next: 'It stays as it is, for the next worker',
        },
        { cause: error },
      );
    }
  }

  async #putAside(spooled: Spooled, why: string): Promise<'broken'> {
    setAside(this.#app.layout, spooled);
    this.#app.log({
      at: this.#app.now(),
      level: 'error',
      kind: 'worker.broken',
      ok: false,
      file: spooled.name,
      error: why,
    });
    await (await this.#app.store()).health.count({ 'spool.broken': 1 });
    return 'broken';
  }
}

/** When each hook last ran, how long it took, and what it fell over; an older one says nothing over a newer one. */
async function note(store: Store, { event, client, at, ms, version, error }: SpoolEntry): Promise<void> {
  const kind = `hook.${event}.${client ?? 'unknown'}`;
  const before = await store.health.note(kind);
  if (before !== null && before.at > at) return;
  await store.health.setNote(kind, { at, error, detail: { ms: Math.round(ms), version } });
}

/** How long the end of a turn may still be on its way, ms: never longer, though the clock was set back since. */
function leftOf(at: number, now: number): number {
  return Math.min(TURN_END_MS, Math.max(0, at + TURN_END_MS - now));
}

/** The part of a name that an attempt does not change. */
function stemOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}
