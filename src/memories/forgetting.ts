/** Forgets what a person names: a memory, a message, a session, a project; and erases it where that is asked for. */
import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import { parseRef } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Operation } from '../model/plan.ts';
import type { ForgetTarget, Holders } from '../store/erasing.ts';
import type { Store } from '../store/store.ts';
import { type EraseDeps, type EraseReport, jobTarget, meant, runErase } from './erase.ts';

export type ForgetRequest = {
  /** `m_4f9k2c`, `k3f9a2/17`, a session's id, or a project by name or id. */
  readonly target: string;
  readonly isProject?: boolean;
  readonly erase: boolean;
  readonly reason: string;
};

/** What goes, and what else holds the words: to be shown before it is asked whether to go on. */
export type ForgetPreview = {
  readonly kind: ForgetTarget['kind'];
  /** `m_4f9k2c`, `k3f9a2/17` … */
  readonly id: string;
  readonly title: string;
  readonly holders: Holders;
  /** Records that go with it: of an erase all that hold the words, else the memory itself, or a project's. */
  readonly goes: readonly Memory[];
  /** Records that were made of it and stay. */
  readonly stays: readonly Memory[];
};

export type ForgetReport = {
  readonly kind: ForgetTarget['kind'];
  readonly id: string;
  readonly title: string;
  readonly messages: number;
  readonly memories: readonly string[];
  readonly receipt: string | null;
  /** Null when nothing was erased. */
  readonly erased: EraseReport | null;
  /** The clients' own files that still hold the words. */
  readonly transcripts: readonly string[];
};

const NOTHING: Holders = {
  messages: 0,
  copies: [],
  memories: [],
  skills: [],
  versions: 0,
  receipts: 0,
  envelopes: 0,
  items: 0,
  projections: [],
  cited: [],
  transcripts: [],
};

type Named = { readonly target: ForgetTarget; readonly id: string; readonly title: string };

export async function previewForget(deps: EraseDeps, request: ForgetRequest): Promise<ForgetPreview> {
  const { store } = deps;
  const named = await nameTarget(store, request);
  const { holders } = await meant(store, named.target);
  return previewOf(store, named, holders, request.erase);
}

async function previewOf(
  store: Store,
  named: Named,
  holders: Holders,
  erase: boolean,
): Promise<ForgetPreview> {
  const found: Memory[] = [];
  for (const id of holders.memories) {
    const memory = await store.memories.get(id);
    if (memory !== null) found.push(memory);
  }
  const goes = found.filter((memory) => erase || isTarget(named.target, memory));
  return {
    kind: named.target.kind,
    id: named.id,
    title: named.title,
    holders,
    goes: goes.filter(({ state }) => erase || state !== 'forgotten'),
    stays: found.filter((memory) => !goes.includes(memory) && memory.state !== 'forgotten'),
  };
}

/**
 * @throws UserInputError when there is no such thing, when it was forgotten before, or when it takes a person that is
 * not there.
 */
export async function forgetTarget(
  deps: EraseDeps,
  caller: Caller,
  request: ForgetRequest,
): Promise<ForgetReport> {
  const { store } = deps;
  const named = await nameTarget(store, request);
  const { target } = named;
  // A memory alone is forgotten without a look at everything else.
  const holders =
    target.kind === 'memory' && !request.erase
      ? { ...NOTHING, memories: [target.id] }
      : (await meant(store, target)).holders;
  const preview = await previewOf(store, named, holders, request.erase);
  requirePerson(caller, preview, request);
  const result = { kind: preview.kind, id: preview.id, title: preview.title };
  const transcripts = preview.holders.transcripts;
  if (request.erase) {
    const job = await store.eraseJobs.begin(target.kind, jobTarget(target));
    deps.onStep?.('begun');
    const erased = await runErase(deps, job, caller);
    const memories = preview.goes.map(({ short }) => short);
    return { ...result, messages: erased.messages, memories, receipt: null, erased, transcripts };
  }
  const forgotten = await forgetMemories(store, caller, preview.goes, request.reason);
  const messages = target.kind === 'memory' ? 0 : await store.erasing.hide(target, 'purged', request.reason);
  if (messages === 0 && forgotten.memories.length === 0) {
    throw new UserInputError({
      what: `${preview.id} was already forgotten`,
      next: 'With --erase its words are overwritten as well',
    });
  }
  return { ...result, messages, ...forgotten, erased: null, transcripts };
}

/** Goes on with jobs that were cut off; returns how many there were. */
export async function resumeErasing(deps: EraseDeps, caller: Caller): Promise<number> {
  const jobs = await deps.store.eraseJobs.open();
  for (const job of jobs) await runErase(deps, job, caller);
  return jobs.length;
}

async function forgetMemories(
  store: Store,
  caller: Caller,
  memories: readonly Memory[],
  reason: string,
): Promise<Pick<ForgetReport, 'memories' | 'receipt'>> {
  const result = await applyPlan<null>(store, async () => {
    const operations: Operation[] = [];
    for (const { id } of memories) {
      const memory = await store.memories.get(id);
      if (memory === null || memory.state === 'forgotten') continue;
      operations.push({ op: 'forget', target: id, version: memory.version, reason });
    }
    return operations.length === 0 ? { done: null } : { plan: { kind: 'forget', caller, operations } };
  });
  if ('done' in result) return { memories: [], receipt: null };
  const { items, receiptShort } = result.applied;
  return { memories: items.map(({ memory }) => memory.short), receipt: receiptShort };
}

function isTarget(target: ForgetTarget, memory: Memory): boolean {
  if (target.kind === 'memory') return memory.id === target.id;
  return target.kind === 'project' && memory.project === target.project;
}

/** No agent retires what a person said, nor takes away what was captured. */
function requirePerson(caller: Caller, preview: ForgetPreview, { erase }: ForgetRequest): void {
  if (caller.personPresent) return;
  const held = preview.goes.filter(
    ({ origin, approvedAt, state }) => state !== 'forgotten' && (origin === 'user' || approvedAt !== null),
  );
  const driven = preview.kind !== 'memory' && caller.client !== null;
  if (held.length === 0 && !driven) return;
  const verb = erase ? 'Erasing' : 'Forgetting';
  throw new UserInputError({
    what:
      held.length === 0
        ? `${verb} what was captured needs a person`
        : `${verb} what a person said needs a person`,
    why:
      held.length === 0
        ? 'an agent drives this terminal'
        : `no terminal is attached, or an agent drives it: ${held.map(({ short }) => short).join(', ')}`,
    next: `Run \`midturn forget ${preview.kind === 'project' ? '--project ' : ''}${preview.id}${erase ? ' --erase' : ''}\` in a terminal of your own`,
  });
}

async function nameTarget(store: Store, { target, isProject }: ForgetRequest): Promise<Named> {
  if (isProject === true) return nameProject(store, target);
  const ref = parseRef(target);
  if (ref !== null) {
    const { target: session, id } = await nameSession(store, ref.session);
    if (session.kind !== 'session') throw new TypeError('a session is named by its id');
    const message = await store.messages.get(session.session, ref.number);
    if (message === null) {
      throw new UserInputError({
        what: `Session ${id} has no message ${ref.number}`,
        next: `Its messages: midturn history --session ${id}`,
      });
    }
    return {
      target: { kind: 'message', session: session.session, number: ref.number },
      id: `${id}/${ref.number}`,
      title: message.state === 'kept' ? message.text : '',
    };
  }
  const memories = await store.memories.find(target);
  const [memory, ...more] = memories;
  if (more.length > 0) {
    throw new UserInputError({
      what: `${target} names several memories`,
      why: memories.map(({ short }) => short).join(', '),
      next: 'Give one of these',
    });
  }
  if (memory !== undefined) {
    return { target: { kind: 'memory', id: memory.id }, id: memory.short, title: memory.title };
  }
  if (/^\W*[a-z]_/.test(target)) {
    throw new UserInputError({
      what: `There is no memory ${target}`,
      next: 'See `midturn memories list` for the ids',
    });
  }
  return nameSession(store, target);
}

async function nameSession(store: Store, text: string): Promise<Named> {
  const [session, ...more] = await store.sessions.find(text);
  if (session === undefined) {
    throw new UserInputError({
      what: `There is no memory and no session ${text}`,
      next: 'See `midturn memories list` and `midturn history` for the ids',
    });
  }
  if (more.length > 0 && session.short !== text) {
    throw new UserInputError({
      what: `${text} names several sessions`,
      why: [session, ...more].map(({ short }) => short).join(', '),
      next: 'Give one of these',
    });
  }
  return {
    target: { kind: 'session', session: session.id },
    id: session.short,
    title: session.title ?? `${session.client} ${session.external}`,
  };
}

async function nameProject(store: Store, text: string): Promise<Named> {
  const [project, ...more] = await store.projects.named(text);
  if (project === undefined) {
    const names = (await store.projects.list()).map(({ name }) => name).slice(0, 10);
    throw new UserInputError({
      what: `There is no project ${text}`,
      ...(names.length === 0 ? {} : { why: `there are ${names.join(', ')}` }),
      next: 'Name one of these, or give its id',
    });
  }
  if (more.length > 0) {
    throw new UserInputError({
      what: `${text} names several projects`,
      why: [project, ...more].map(({ id }) => id.slice(0, 8)).join(', '),
      next: 'Give one of these ids',
    });
  }
  return { target: { kind: 'project', project: project.id }, id: project.name, title: project.name };
}
