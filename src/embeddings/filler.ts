/**
 * Gives vectors to what has none, in small steps: one process at a time, newest first, and where it stopped when it
 * is started again. Everything it knows lies in the store, so it may be killed at any point.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import {
  type Due,
  type NewVector,
  VECTOR_KINDS,
  type VectorKind,
  type VectorModel,
} from '../store/vectors.ts';
import { Batches, blocked, isList, type Step } from './batches.ts';
import type { Endpoint } from './endpoint.ts';
import type { Notebook } from './notebook.ts';
import type { EmbeddedTexts } from './texts.ts';
import type { EmbeddingSettings } from './types.ts';

export type FillerDeps = {
  readonly store: Store;
  readonly endpoint: Endpoint;
  readonly settings: EmbeddingSettings;
  readonly notebook: Notebook;
  readonly texts: EmbeddedTexts;
  /** Names this process in the claim. */
  readonly holder: string;
  /** Milliseconds; tests make them short. */
  readonly pauses?: Partial<Record<keyof typeof PAUSES, number>>;
};

export type FillOutcome = {
  readonly complete: boolean;
  readonly embedded: number;
  readonly why: string | null;
};

const PAUSES = {
  /** Between steps: callers go first. */
  step: 50,
  /** Until new memories and messages are looked for. */
  idle: 10_000,
  /** After a failure, doubled each time. */
  blocked: 5_000,
  mostBlocked: 300_000,
  /** The claim of a process that was killed ends after this. */
  claim: 10_000,
  /** Between two notes of how far it has come. */
  note: 10_000,
} as const satisfies Record<string, number>;

/** Documents looked at in one step. */
const SCAN = 1000;
const DROPPED_AT_ONCE = 500;
/** Stretches of the history that the first vectors are taken from: they say where the middle of all lies. */
const STRETCHES = 8;
/** All are looked at again after this: what was rewritten has lost its vector, wherever it stands. */
const SWEEP_MS = 6 * 60 * 60 * 1000;
/** What tells a model from another one of the same name. */
const PROBE = 'The build failed because the cache directory was not writable; run it again as another user.';

export class Filler {
  readonly #deps: FillerDeps;
  readonly #pauses: Record<keyof typeof PAUSES, number>;
  readonly #batches: Batches;
  readonly #stop = new AbortController();
  readonly #sweeps = new Map<VectorKind, { before: number | null; completeAt: number }>();
  #model: VectorModel | null = null;
  #embedded = 0;
  #noted = 0;
  #running: Promise<void> | null = null;

  constructor(deps: FillerDeps) {
    this.#deps = deps;
    this.#pauses = { ...PAUSES, ...deps.pauses };
    this.#batches = new Batches({ ...deps, signal: this.#stop.signal });
  }

  /** Fills in the background until {@link stop}; keeps no process alive. */
  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#deps.store.vectors.release(this.#deps.holder).catch(() => undefined);
  }

  /** Fills what is missing now, without pauses. */
  async toEnd(): Promise<FillOutcome> {
    for (;;) {
      const step = await this.#step();
      if (step.end === 'on') continue;
      await this.#deps.store.vectors.release(this.#deps.holder);
      if (step.end === 'idle') await this.#deps.notebook.progress();
      const why =
        step.end === 'blocked' ? step.why : step.end === 'other' ? 'another process fills them' : null;
      return { complete: step.end === 'idle', embedded: this.#embedded, why };
    }
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const step = await this.#careful();
      failures = step.end === 'blocked' ? failures + 1 : 0;
      await this.#pause(this.#pauseAfter(step, failures));
    }
  }

  #pauseAfter(step: Step, failures: number): number {
    const { blocked, mostBlocked, idle, step: between } = this.#pauses;
    if (step.end === 'on') return between;
    if (step.end !== 'blocked') return idle;
    return step.setup ? mostBlocked : Math.min(mostBlocked, blocked * 2 ** (failures - 1));
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { ref: false, signal: this.#stop.signal });
    } catch {
      // Stopped: the loop ends.
    }
  }

  async #careful(): Promise<Step> {
    try {
      const step = await this.#step();
      if (step.end === 'blocked') await this.#deps.notebook.failed(step.why);
      return step;
    } catch (error) {
      // A store that is busy or gone now: its own callers hear of it.
      return { end: 'blocked', why: messageOf(error), setup: false };
    }
  }

  async #step(): Promise<Step> {
    const { store, holder, settings } = this.#deps;
    if (!(await store.vectors.claim(holder, this.#pauses.claim))) return { end: 'other' };
    const identified = this.#model ?? (await this.#identify());
    if ('end' in identified) return identified;
    const current = await store.vectors.model(settings.model);
    // Another process, with a newer configuration, wants another model.
    if (current?.row !== identified.row || !current.wanted) return { end: 'other' };
    for (const kind of VECTOR_KINDS) {
      if (!settings.kinds.includes(kind)) continue;
      const step = await this.#fill(identified, kind);
      if (step !== null) return step;
    }
    if ((await store.vectors.dropOthers(identified, DROPPED_AT_ONCE)) > 0) return { end: 'on' };
    if (this.#embedded > this.#noted) await this.#note();
    for (const sweep of this.#sweeps.values()) sweep.before = null;
    return { end: 'idle' };
  }

  /** Which model the endpoint has now: asked with one text, since another one may stand behind the same name. */
  async #identify(): Promise<VectorModel | Step> {
    const { store, settings, notebook } = this.#deps;
    const answer = await this.#batches.probe(PROBE);
    const probe = answer.ok ? answer.vectors[0] : undefined;
    if (!answer.ok) return blocked(answer);
    if (probe === undefined) return { end: 'blocked', why: 'no vector came back', setup: false };
    this.#model = await store.vectors.want(settings.model, probe);
    this.#sweeps.clear();
    await this.#seed(this.#model);
    await notebook.progress();
    return this.#model;
  }

  /** The first vectors of a model come from all over the history. */
  async #seed(model: VectorModel): Promise<void> {
    const { store, settings } = this.#deps;
    const { messages, memories } = await store.vectors.progress(model);
    if (messages.done + memories.done > 0) return;
    const kind: VectorKind =
      settings.kinds.includes('messages') && messages.total > 0 ? 'messages' : 'memories';
    const { due: newest } = await store.vectors.due(model, kind, { before: null, limit: 1, scan: 1 });
    const top = newest[0]?.row ?? 0;
    const vectors: NewVector[] = [];
    for (let stretch = STRETCHES; stretch >= 1; stretch -= 1) {
      const before = Math.ceil((top * stretch) / STRETCHES) + 1;
      const { due } = await store.vectors.due(model, kind, {
        before,
        limit: settings.batch,
        scan: settings.batch,
      });
      const known = new Set(vectors.map(({ row }) => row));
      const fresh = this.#batches.unrefused(due).filter(({ row }) => !known.has(row));
      const embedded = fresh.length === 0 ? [] : await this.#embed(fresh, model);
      if (!isList(embedded)) break;
      vectors.push(...embedded);
    }
    if (vectors.length > 0) this.#embedded += await store.vectors.put(model, kind, vectors);
  }

  /** One batch of a kind; null when none is missing. */
  async #fill(model: VectorModel, kind: VectorKind): Promise<Step | null> {
    const { store, settings } = this.#deps;
    const sweep = this.#sweeps.get(kind) ?? { before: null, completeAt: Number.NEGATIVE_INFINITY };
    this.#sweeps.set(kind, sweep);
    if (sweep.before === 0) return null;
    const { due, next } = await store.vectors.due(model, kind, {
      before: sweep.before,
      limit: settings.batch,
      scan: SCAN,
    });
    const wanted = this.#batches.unrefused(due);
    if (wanted.length > 0) {
      const embedded = await this.#embed(wanted, model);
      if (!isList(embedded)) return embedded;
      this.#embedded += await store.vectors.put(model, kind, embedded);
      await this.#sometimesNote();
    }
    // Once all were looked at, new ones are at the top, and a stretch without any means that the rest has theirs.
    const through = next === null || (Date.now() - sweep.completeAt < SWEEP_MS && due.length === 0);
    if (next === null) sweep.completeAt = Date.now();
    sweep.before = through ? 0 : next;
    return through && wanted.length === 0 ? null : { end: 'on' };
  }

  async #embed(due: readonly Due[], model: VectorModel): Promise<NewVector[] | Step> {
    const embedded = await this.#batches.embed(due, model);
    // Another model has taken the name over: it is asked who it is.
    if (embedded === 'another model') {
      this.#model = null;
      return { end: 'on' };
    }
    return embedded;
  }

  async #sometimesNote(): Promise<void> {
    if (Date.now() - this.#notedAt >= this.#pauses.note) await this.#note();
  }

  #notedAt = 0;
  async #note(): Promise<void> {
    this.#notedAt = Date.now();
    this.#noted = this.#embedded;
    await this.#deps.notebook.progress();
  }
}
