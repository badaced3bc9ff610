/** One run of compile: batch after batch under a lease, or what would become of the queue. */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Caller } from '../model/caller.ts';
import { messageOf, StoreError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Item } from '../store/suggestions.ts';
import { type BatchPlan, type Decisions, planBatch } from './batch.ts';
import { drainInbox, inboxFiles, inboxNotices } from './inbox.ts';
import { acquire, type Lock } from './lock.ts';
import { type PlannedBatch, planned } from './planned.ts';
import type { Planner } from './planner.ts';
import { preflight, projectsOf } from './preflight.ts';
import { ShrinkWatch } from './shrink.ts';
import { NO_ACTIONS, NO_SCOPES, sumActions, sumScopes } from './statuses.ts';
import {
  type CompileDeps,
  type CompileRequest,
  type CompileResult,
  type DiscardedItem,
  FileTrouble,
} from './types.ts';

/** Items of one transaction. */
const BATCH = 100;
/** A batch that meets a conflict this often is fighting with another process for one record. */
const CONFLICTS = 20;
/** How often a run that lost its lease begins again. */
const STARTS = 3;
const EXPIRED_AT_ONCE = 500;
/** Discarded items that are told of with their reasons. */
const DISCARDED = 100;

export class Run {
  readonly #deps: CompileDeps;
  readonly #caller: Caller;
  readonly #request: CompileRequest;
  readonly #planner: Planner;
  readonly #shrink: ShrinkWatch;
  /** Names the run in each of its receipts: they are taken back together. */
  readonly #id = randomUUID();
  readonly #discarded: DiscardedItem[] = [];
  readonly #receipts: string[] = [];
  readonly #notices = new Set<string>();
  /** Why the files are not as memory is. */
  fileError: string | null = null;
  #processed = 0;
  #total = 0;
  #actions = NO_ACTIONS;
  #scopes = NO_SCOPES;

  constructor(deps: CompileDeps, caller: Caller, request: CompileRequest, planner: Planner) {
    this.#deps = deps;
    this.#caller = caller;
    this.#request = request;
    this.#planner = planner;
    this.#shrink = new ShrinkWatch(deps.store);
  }

  async whole(): Promise<CompileResult> {
    for (const words of inboxNotices(await drainInbox(this.#deps, this.#caller))) this.#notices.add(words);
    for (let start = 0; start < STARTS; start += 1) {
      const before = await preflight(this.#deps, this.#caller);
      if (before.status === 'skip_locked') return this.#result('skip_locked', before.lock);
      if (before.status === 'skip_empty') return this.#result(start === 0 ? 'skip_empty' : 'success');
      const got = await acquire(this.#deps);
      if (!('lock' in got)) return this.#result('skip_locked', got.by);
      this.#total = this.#processed + Math.min(before.pending, this.#left());
      // What was planned under a lease that is gone was not applied: it is planned again under another.
      if ((await this.#locked(got.lock)) === 'ended') break;
    }
    return this.#result('success');
  }

  /** What would become of the queue. Nothing is claimed, and nothing written. */
  async dry(): Promise<CompileResult> {
    const { inbox, now } = this.#deps;
    const dropped = inbox === null ? 0 : (await inboxFiles(inbox, now())).length;
    if (dropped > 0)
      this.#notices.add(
        `the inbox holds ${dropped} ${dropped === 1 ? 'file' : 'files'} that a compile takes first`,
      );
    const list = [];
    const { pending, processing } = await this.#deps.store.suggestions.counts(projectsOf(this.#caller));
    this.#total = Math.min(pending + processing, this.#left());
    let after = 0;
    while (this.#left() > 0 && !this.#cancelled()) {
      const items = await this.#deps.store.suggestions.list({
        states: ['pending', 'processing'],
        projects: projectsOf(this.#caller),
        limit: Math.min(BATCH, this.#left()),
        after,
      });
      if (items.length === 0) break;
      after = items.at(-1)?.row ?? after;
      const decisions = await this.#planner.decide(items, this.#request.signal);
      for (const words of this.#planner.notices) this.#notices.add(words);
      if (this.#cancelled()) break;
      const plan = await planBatch(this.#deps, this.#caller, items, this.#shrink, decisions);
      this.#shrink.applied(plan.operations);
      const outcome = planned(items, plan);
      this.#count(items, outcome);
      list.push(...outcome.items);
      await turn();
    }
    return { ...this.#result('plan'), plan: list };
  }

  async #locked(lock: Lock): Promise<'ended' | 'lost'> {
    try {
      await this.#at('locked');
      await this.#files('absorb', lock);
      await this.#at('absorbed');
      await this.#expire(lock);
      const end = await this.#batches(lock);
      if (end === 'lost') return 'lost';
      await this.#files('render', lock);
      await this.#at('rendered');
      return 'ended';
    } finally {
      await this.#deps.store.suggestions.release(lock.token, 'the compile ended before it');
      await lock.release();
    }
  }

  async #batches(lock: Lock): Promise<'ended' | 'lost'> {
    const { suggestions } = this.#deps.store;
    while (this.#left() > 0 && !this.#cancelled()) {
      const claimed = await suggestions.claim({
        lease: lock,
        limit: Math.min(BATCH, this.#left()),
        projects: projectsOf(this.#caller),
      });
      if (claimed.status === 'lost') return 'lost';
      this.#actions = sumActions(this.#actions, { ...NO_ACTIONS, failed: claimed.failed });
      if (claimed.items.length === 0) break;
      await this.#at('claimed');
      const decisions = await this.#planner.decide(claimed.items, this.#request.signal);
      // What was claimed goes back into the queue with the lock.
      if (this.#cancelled()) break;
      if ((await this.#batch(lock, claimed.items, decisions)) === 'lost') return 'lost';
      this.#request.onProgress?.({ done: this.#processed, total: Math.max(this.#total, this.#processed) });
      // The store answers without ever leaving this process: others in it, and a cancellation, get their turn here.
      await turn();
    }
    return 'ended';
  }

  /** One item must not hold the others up: a batch that cannot be stored is halved until it is known which one. */
  async #batch(lock: Lock, items: readonly Item[], decisions: Decisions | null): Promise<'applied' | 'lost'> {
    try {
      return await this.#apply(lock, items, () =>
        planBatch(this.#deps, this.#caller, items, this.#shrink, decisions),
      );
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const [only] = items;
      if (only === undefined) return 'applied';
      if (items.length === 1) {
        const end = { item: only.id, state: 'pending' as const, reason: messageOf(error) };
        return this.#apply(lock, items, async () => ({ operations: [], ends: [end] }));
      }
      const half = Math.ceil(items.length / 2);
      if ((await this.#batch(lock, items.slice(0, half), decisions)) === 'lost') return 'lost';
      return this.#batch(lock, items.slice(half), decisions);
    }
  }

  /** Plans until it holds: on a conflict everything is read again. */
  async #apply(
    lock: Lock,
    items: readonly Item[],
    makePlan: () => Promise<BatchPlan>,
  ): Promise<'applied' | 'lost'> {
    let why = '';
    for (let attempt = 0; attempt < CONFLICTS; attempt += 1) {
      const plan = await makePlan();
      const outcome = planned(items, plan);
      await this.#at('planned');
      const result = await this.#deps.store.plans.apply({
        kind: 'compile',
        caller: this.#caller,
        operations: plan.operations,
        items: plan.ends,
        lease: { name: lock.name, token: lock.token },
        report: this.#report(outcome),
      });
      if (result.status === 'applied') {
        this.#receipts.push(result.receiptShort);
        this.#shrink.applied(plan.operations);
        this.#count(items, outcome);
        await this.#at('applied');
        return 'applied';
      }
      if (result.leaseLost) return 'lost';
      why = result.why;
    }
    throw new StoreError({ what: 'A batch of suggestions was not compiled', why, next: 'Compile again' });
  }

  /** Records whose time has passed hold no longer. */
  async #expire(lock: Lock): Promise<void> {
    const { store, now } = this.#deps;
    for (;;) {
      const ids = this.#caller.project?.ids ?? [];
      const over = await store.memories.expired(now(), ids, EXPIRED_AT_ONCE);
      if (over.length === 0) return;
      const result = await store.plans.apply({
        kind: 'expire',
        caller: this.#caller,
        operations: over.map(({ id, version }) => ({
          op: 'expire',
          target: id,
          version,
          reason: 'its time has passed',
        })),
        lease: { name: lock.name, token: lock.token },
      });
      if (result.status === 'conflict' && result.leaseLost) return;
    }
  }

  async #files(step: 'absorb' | 'render', { name, token }: Lock): Promise<void> {
    const { projections } = this.#deps;
    try {
      const told = (await projections?.[step](this.#caller, { name, token })) ?? [];
      for (const words of told) this.#notices.add(words);
    } catch (error) {
      // A file that cannot be read or written stays as it is, and stale; memory does not wait for it.
      if (!(error instanceof StoreError)) throw error;
      if (error instanceof FileTrouble) for (const words of error.told) this.#notices.add(words);
      this.#notices.add(error.message);
      this.fileError = error.message;
    }
  }

  #report({ actions, scopes }: PlannedBatch): NonNullable<Plan['report']> {
    const { backend, fallback = null } = this.#planner.used;
    const status = actions.failed > 0 ? 'partial' : 'success';
    return { status, backend, fallback, stats: { actions, by_scope: scopes, run: this.#id } };
  }

  #count(items: readonly Item[], { actions, scopes, items: list }: PlannedBatch): void {
    for (const item of list) {
      const { outcome } = item;
      if ((outcome === 'discarded' || outcome === 'failed') && this.#discarded.length < DISCARDED)
        this.#discarded.push({ ...item, outcome });
    }
    this.#processed += items.length;
    this.#actions = sumActions(this.#actions, actions);
    this.#scopes = sumScopes(this.#scopes, scopes);
  }

  #left(): number {
    return (this.#request.limit ?? Number.MAX_SAFE_INTEGER) - this.#processed;
  }

  #cancelled(): boolean {
    return this.#request.signal?.aborted === true;
  }

  async #at(checkpoint: Parameters<NonNullable<CompileDeps['checkpoint']>>[0]): Promise<void> {
    await this.#deps.checkpoint?.(checkpoint);
  }

  #result(status: CompileResult['run_status'], lock: CompileResult['lock'] | null = null): CompileResult {
    const receipt = this.#receipts.at(-1);
    const done = this.#processed > 0 && status !== 'plan';
    return {
      run_status: done ? 'success' : status,
      ...(receipt === undefined ? {} : { receipt_id: receipt, receipts: this.#receipts }),
      processed: this.#processed,
      actions: this.#actions,
      by_scope: this.#scopes,
      waiting: this.#actions.waiting,
      ...this.#planner.used,
      ...(this.#cancelled()
        ? { cancelled: true as const, remaining: Math.max(0, this.#total - this.#processed) }
        : {}),
      ...(lock === null || lock === undefined ? {} : { lock }),
      ...(this.#discarded.length === 0 ? {} : { discarded: this.#discarded }),
      ...(this.#notices.size === 0 ? {} : { notices: [...this.#notices] }),
    };
  }
}
