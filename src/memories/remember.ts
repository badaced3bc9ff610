/** remember: prove the origin, admit, find equals and near duplicates, and hand a plan to the one writer. */

import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { Evidence, Memory, NewMemory, Origin, Scope } from '../model/memory.ts';
import type { Operation, Plan } from '../model/plan.ts';
import type { Clock } from '../model/time.ts';
import { type Admission, admit, originOf } from '../policy/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import { nearDuplicate } from './duplicates.ts';
import { sourcePaths } from './paths.ts';
import { type Prepared, prepare } from './prepare.ts';
import { memoryTerms } from './terms.ts';
import type { RememberRequest, RememberResult } from './types.ts';

export type TrustPolicy = 'tiered' | 'auto' | 'manual';

type Deps = {
  readonly store: Store;
  readonly now: Clock;
  readonly policy: TrustPolicy;
  readonly findCall: (
    caller: Caller,
  ) => Promise<{ readonly call: CapturedCall | null; readonly readable: boolean }>;
};

type Proof = {
  readonly origin: Origin;
  readonly evidence: Evidence;
  readonly keepAsked: boolean;
  readonly readable: boolean;
  readonly call: CapturedCall | null;
};

/** @throws UserInputError for content or a target that cannot be taken; nothing is stored then. */
export async function remember(
  deps: Deps,
  caller: Caller,
  request: RememberRequest,
): Promise<RememberResult> {
  const scope = request.scope ?? 'project';
  if (scope === 'project' && caller.project === null) {
    throw new UserInputError({
      what: 'There is no project to remember this for',
      why: 'the caller has no working directory that midturn can place',
      next: 'Send `scope: "user"` for what holds everywhere, or call from inside the project',
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
  const result = await applyPlan(deps.store, () => planFor(deps, caller, request, record, proof));
  if ('done' in result) return result.done;
  const [item] = result.applied.items;
  if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
  const { memory, outcome, superseded } = item;
  const reason = [memory.state === 'waiting' ? memory.reason : null, ...notes]
    .filter((note) => note !== null)
    .join('; ');
  return {
    status: statusOf(outcome, memory),
    id: memory.short,
    title: memory.title,
    scope: memory.scope,
    origin: memory.origin,
    ...(superseded === null ? {} : { replaced: superseded.short }),
    ...(reason === '' ? {} : { reason }),
    receipt: result.applied.receiptShort,
  };
}

/** What the caller's own transcript shows at this moment. */
async function prove(deps: Deps, caller: Caller, prepared: Prepared): Promise<Proof> {
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
  deps: Deps,
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
  deps: Deps,
  caller: Caller,
  request: RememberRequest,
  record: Omit<NewMemory, 'state' | 'reason'>,
  proof: Proof,
): Promise<{ plan: Plan } | { done: RememberResult }> {
  const target =
    request.replaces === undefined ? null : await findReplaced(deps.store, record, request.replaces);
  if (target !== null && 'status' in target) return { done: target };
  const replaces = target === null ? [] : [target];
  const admission = admit(
    {
      text: [record.title, record.content, ...record.aliases, ...record.tags].join('\n'),
      scope: record.scope,
      origin: record.origin,
      readable: proof.readable,
      keepAsked: proof.keepAsked,
      replaces,
      personPresent: caller.personPresent,
    },
    deps.policy,
  );
  return {
    plan: {
      kind: 'remember',
      caller,
      operations: [await operationFor(deps.store, record, admission, target)],
    },
  };
}

async function operationFor(
  store: Store,
  record: Omit<NewMemory, 'state' | 'reason'>,
  admission: Admission,
  target: Memory | null,
): Promise<Operation> {
  const memory: NewMemory = { ...record, ...admission };
  const equal = await store.memories.byHash(record.scope, record.project, record.contentHash);
  if (equal !== null && equal.id !== target?.id) {
    // What waited and is now shown to be the user's own word becomes active, by the same rules as a new record.
    if (equal.state === 'waiting' && admission.state === 'active') {
      return {
        op: 'reconsider',
        target: equal.id,
        version: equal.version,
        origin: record.origin,
        evidence: record.evidence,
        ...admission,
      };
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
  // A person's wording is never overwritten by an agent's.
  if (near !== null && !(near.origin === 'user' && record.origin !== 'user')) {
    return { op: 'merge', target: near.id, version: near.version, memory };
  }
  return { op: 'add', memory };
}

/** The record that `replaces` names, by id or by title, or the refusal that lists what it could mean. */
async function findReplaced(
  store: Store,
  record: Pick<NewMemory, 'scope' | 'project'>,
  wanted: string,
): Promise<Memory | RememberResult> {
  const byId = (await store.memories.find(wanted)).filter(
    (memory) => memory.state === 'active' || memory.state === 'waiting',
  );
  const found =
    byId.length > 0 ? byId : await store.memories.byTitle(record.scope, record.project, wanted.trim());
  const [only] = found;
  if (only === undefined) {
    return {
      status: 'rejected',
      reason: `nothing was stored: \`replaces\` names no memory that is in force; recall it first and send its id, or leave \`replaces\` out`,
    };
  }
  if (found.length > 1) {
    const list = found.map(({ short, title }) => `${short} "${title}"`).join(', ');
    return {
      status: 'rejected',
      reason: `nothing was stored: \`replaces\` fits several memories (${list}); send one id`,
    };
  }
  return only;
}

function statusOf(outcome: string, memory: Memory): RememberResult['status'] {
  if (memory.state === 'waiting') return 'needs_review';
  if (outcome === 'replaced') return 'replaced';
  return outcome === 'merged' ? 'merged' : 'accepted';
}
