/** remember: prove the origin, admit, find equals and near duplicates, and hand a plan to the one writer. */

import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { Evidence, Memory, NewMemory, Origin, Scope } from '../model/memory.ts';
import type { Operation, Plan } from '../model/plan.ts';
import { isWeaker } from '../model/strength.ts';
import { type Admission, admit, type Candidate, originOf } from '../policy/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import type { MemoriesDeps } from './deps.ts';
import { nearDuplicate } from './duplicates.ts';
import { type FoundLinks, findLinks } from './named.ts';
import { sourcePaths } from './paths.ts';
import { type Prepared, prepare } from './prepare.ts';
import { findReplaced } from './replaced.ts';
import { admittedText, memoryTerms } from './terms.ts';
import type { RememberRequest, RememberResult } from './types.ts';

type Proof = {
  readonly origin: Origin;
  readonly evidence: Evidence;
  readonly keepAsked: boolean;
  readonly readable: boolean;
  readonly call: CapturedCall | null;
};

/** @throws UserInputError for content or a target that cannot be taken; nothing is stored then. */
export async function remember(
  deps: MemoriesDeps,
  caller: Caller,
  request: RememberRequest,
): Promise<RememberResult> {
  const scope = request.scope ?? 'project';
  if (scope === 'project' && caller.project === null) {
    throw new UserInputError({
      what: 'There is no project to remember this for',
      why:
        caller.surface === 'http'
          ? 'the connection names none'
          : 'the caller has no working directory that midturn can place',
      next:
        caller.surface === 'http'
          ? 'Tell the user: the client names its project in the header `Midturn-Project`. `scope: "user"` is for what holds everywhere'
          : 'Send `scope: "user"` for what holds everywhere, or call from inside the project',
    });
  }
  const prepared = prepare(request);
  const proof = await prove(deps, caller, prepared);
  const { paths, outside } = await sourcePaths(request.paths ?? [], caller.project, caller.cwd);
  const record = { ...newMemory(deps, caller, request, scope, prepared, proof), paths };
  const notes = [
    ...(prepared.redacted > 0
      ? [`${prepared.redacted} secret${prepared.redacted > 1 ? 's were' : ' was'} cut out`]
      : []),
    ...(outside.length > 0
      ? [
          `${outside.join(', ')} ${outside.length > 1 ? 'lie' : 'lies'} outside the project and ${outside.length > 1 ? 'were' : 'was'} not noted`,
        ]
      : []),
  ];
  let unadmitted: string | null = null;
  let found: FoundLinks = { links: [], missing: [] };
  const result = await applyPlan(deps.store, async () => {
    const next = await planFor(deps, caller, request, record, proof);
    if ('plan' in next) ({ unadmitted, found } = next);
    return next;
  });
  if ('done' in result) return result.done;
  const [item] = result.applied.items;
  if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
  const { memory, outcome, superseded } = item;
  const leftOut =
    outcome === 'merged' ? leftOutNote(memory, { ...record, links: found.links }, request, unadmitted) : null;
  const unlinked = found.missing.map(
    (why) => `${why}; the rest is kept, send it again with an id to add the link`,
  );
  const reason = [memory.state === 'waiting' ? memory.reason : null, leftOut, ...unlinked, ...notes]
    .filter((note) => note !== null)
    .join('; ');
  return {
    status: statusOf(outcome, memory),
    id: memory.short,
    title: memory.title,
    scope: memory.scope,
    origin: memory.origin,
    ...(superseded === null ? {} : { replaced: superseded.short }),
    ...linkFields(memory, request),
    ...(reason === '' ? {} : { reason }),
    receipt: result.applied.receiptShort,
  };
}

/** What the caller's own transcript shows at this moment. */
async function prove(deps: MemoriesDeps, caller: Caller, prepared: Prepared): Promise<Proof> {
  if (caller.personPresent) {
    const evidence = { proven: true, why: 'a person said it at a terminal', refs: [] };
    return { origin: 'user', evidence, keepAsked: true, readable: false, call: null };
  }
  const { call, readable } = await deps.findCall(caller);
  if (call === null) {
    const why = readable
      ? 'the transcript did not show the call yet'
      : 'the client keeps no transcript that midturn reads';
    return {
      origin: 'agent',
      evidence: { proven: !readable, why, refs: [] },
      keepAsked: false,
      readable,
      call,
    };
  }
  const proven = await originOf(deps.store, {
    content: prepared.content,
    session: call.session,
    upTo: call.position,
    turn: call.turn,
  });
  return { ...proven, readable, call };
}

function newMemory(
  deps: MemoriesDeps,
  caller: Caller,
  request: RememberRequest,
  scope: Scope,
  prepared: Prepared,
  proof: Proof,
): Omit<NewMemory, 'state' | 'reason' | 'paths'> {
  const { project } = caller;
  return {
    kind: 'memory',
    scope,
    project: scope === 'user' ? null : (project?.id ?? null),
    title: prepared.title,
    content: prepared.content,
    contentHash: prepared.contentHash,
    origin: proof.origin,
    claim: request.saidBy ?? null,
    evidence: proof.evidence,
    confidence: proof.origin === 'user' ? 1 : proof.origin === 'agent' ? 0.7 : 0.5,
    tags: prepared.tags,
    aliases: prepared.aliases,
    sources: proof.evidence.refs,
    client: caller.client,
    session: proof.call?.session ?? caller.session,
    externalSession: caller.externalSession,
    turn: proof.call?.turn ?? null,
    callId: caller.callId,
    checkout: project?.root ?? null,
    cwd: project?.cwd ?? null,
    branch: project?.branch ?? null,
    commit: project?.commit ?? null,
    validFrom: deps.now(),
    validTo: null,
  };
}

/** Reads what is there and decides on one operation; called again when something changed meanwhile. */
async function planFor(
  deps: MemoriesDeps,
  caller: Caller,
  request: RememberRequest,
  unlinked: Omit<NewMemory, 'state' | 'reason'>,
  proof: Proof,
): Promise<{ plan: Plan; unadmitted: string | null; found: FoundLinks } | { done: RememberResult }> {
  const found = await findLinks(deps.store, caller, unlinked, request);
  const record = { ...unlinked, links: found.links };
  const target =
    request.replaces === undefined ? null : await findReplaced(deps.store, caller, record, request.replaces);
  if (target !== null && 'status' in target) return { done: target };
  const replaces = target === null ? [] : [target];
  const judge = (given: Pick<Candidate, 'text' | 'replaces'>): Admission =>
    admit(
      {
        ...given,
        scope: record.scope,
        origin: record.origin,
        readable: proof.readable,
        keepAsked: proof.keepAsked,
        personPresent: caller.personPresent,
      },
      deps.policy,
    );
  const admission = judge({ text: admittedText(record), replaces });
  return {
    plan: {
      kind: 'remember',
      caller,
      operations: [await operationFor(deps.store, record, admission, target, judge)],
    },
    unadmitted: admission.reason,
    found,
  };
}

/** What of a joined record did not go into the one that was there, with the reason; null when all of it did. */
function leftOutNote(
  memory: Memory,
  record: Omit<NewMemory, 'state' | 'reason'>,
  request: RememberRequest,
  unadmitted: string | null,
): string | null {
  const lacks = (kept: readonly string[], given: readonly string[]) =>
    given.some((value) => !kept.includes(value));
  const pathsOf = (paths: Memory['paths']) => paths.map(({ path }) => path);
  const parts = [
    ...(request.title !== undefined && memory.title !== record.title ? ['title'] : []),
    ...(lacks(memory.aliases, record.aliases) ? ['aliases'] : []),
    ...(lacks(memory.tags, record.tags) ? ['tags'] : []),
    ...(lacks(pathsOf(memory.paths), pathsOf(record.paths)) ? ['paths'] : []),
    ...(lacksLinks(memory, record) ? ['links'] : []),
  ];
  if (parts.length === 0) return null;
  const why = unadmitted ?? `${memory.short} rests on stronger evidence than what was sent`;
  return `left out: ${parts.join(', ')}, since ${why}`;
}

function lacksLinks({ links }: Memory, { links: given = [] }: Pick<NewMemory, 'links'>): boolean {
  return given.some(({ kind }) => !links.some((link) => link.kind === kind));
}

async function operationFor(
  store: Store,
  record: Omit<NewMemory, 'state' | 'reason'>,
  admission: Admission,
  target: Memory | null,
  judge: (given: Pick<Candidate, 'text' | 'replaces'>) => Admission,
): Promise<Operation> {
  const memory: NewMemory = { ...record, ...admission };
  const equal = await store.memories.byHash(record.scope, record.project, record.contentHash);
  if (equal !== null && equal.id !== target?.id) {
    // What waited and is now shown to be the user's own word becomes active, by the same rules as a new record.
    if (equal.state === 'waiting' && admission.state === 'active') {
      const again = judge({
        text: admittedText(equal),
        replaces: await store.memories.wouldReplace(equal.id),
      });
      if (again.state === 'active') {
        return {
          op: 'reconsider',
          target: equal.id,
          version: equal.version,
          origin: record.origin,
          evidence: record.evidence,
          ...again,
        };
      }
    }
    return { op: 'merge', target: equal.id, version: equal.version, memory };
  }
  if (target !== null) {
    if (equal?.id === target.id) return { op: 'merge', target: target.id, version: target.version, memory };
    return admission.state === 'active'
      ? { op: 'replace', target: target.id, version: target.version, memory }
      : { op: 'add', memory, wouldReplace: [target.id] };
  }
  const near = admission.state === 'active' ? await nearDuplicate(store, record, memoryTerms(record)) : null;
  // A wording is never overwritten by one with weaker evidence: a person's by an agent's, an agent's by a tool's.
  if (near !== null && !isWeaker(record.origin, near.origin)) {
    return { op: 'merge', target: near.id, version: near.version, memory };
  }
  return { op: 'add', memory };
}

/** What the request's links led to, as they stand. */
function linkFields(
  { links }: Memory,
  { partOf, seeAlso = [] }: RememberRequest,
): Pick<RememberResult, 'part_of' | 'see_also'> {
  const part = partOf === undefined ? undefined : links.find(({ kind }) => kind === 'part_of');
  const also = seeAlso.length === 0 ? [] : links.filter(({ kind }) => kind === 'see_also');
  return {
    ...(part === undefined ? {} : { part_of: part.short }),
    ...(also.length === 0 ? {} : { see_also: also.map(({ short }) => short) }),
  };
}

function statusOf(outcome: string, memory: Memory): RememberResult['status'] {
  if (memory.state === 'waiting') return 'needs_review';
  if (outcome === 'replaced') return 'replaced';
  return outcome === 'merged' ? 'merged' : 'accepted';
}
