/**
 * Takes over what a plan names, by the ordinary way: suggestions that are compiled. So secrets are cut out, threats
 * wait for a person, equal ones are joined, and each compile has a receipt. These are words of another system, and
 * count as an agent's: only a person who looks at them makes them their own.
 */
import { applyPlan, type CompileService, type SubmitResult } from '../compile/index.ts';
import type { Caller, CallerProject } from '../model/caller.ts';
import { SourceError, UserInputError } from '../model/errors.ts';
import { projectId } from '../model/ids.ts';
import type { Operation } from '../model/plan.ts';
import { noteTaken } from './ledger.ts';
import type { Candidate, Kind, MigrateDeps, Migrated, MigrationPlan, Planned, Target } from './types.ts';

/** An envelope takes 200. */
const ENVELOPE = 100;
const REJECTED = 50;
const FAMILIES: Readonly<Record<Kind, string>> = {
  memory: 'memory_updates',
  recall: 'recall_candidate',
  skill: 'skill_action',
};

export async function applyMigration(
  deps: MigrateDeps,
  caller: Caller,
  plan: MigrationPlan,
  onProgress: (done: number) => void = () => undefined,
): Promise<Migrated> {
  const service = await deps.compile();
  const tally = new Tally();
  let before = 0;
  for (const group of groups(plan.planned)) {
    const [first] = group;
    if (first === undefined) continue;
    const project = await callerProject(deps, first.target);
    const own: Caller = {
      ...caller,
      client: plan.source,
      externalSession: null,
      session: null,
      turnKey: null,
      callId: null,
      // Nobody has said these words at a terminal.
      personPresent: false,
      project,
    };
    await take(deps, service, own, plan, group, tally, (done) => onProgress(before + done));
    before += group.length;
  }
  const { source, root } = plan;
  return { source, root, ...tally.result(), approvable: await approvable(deps, tally.records) };
}

async function take(
  deps: MigrateDeps,
  service: CompileService,
  caller: Caller,
  { source }: MigrationPlan,
  group: readonly Planned[],
  tally: Tally,
  onProgress: (done: number) => void,
): Promise<void> {
  const submit = (part: readonly Planned[]) =>
    service.submit(caller, envelopeOf(part), { source: 'migrate', originCap: 'agent' });
  const parts: Array<readonly Planned[]> = [];
  for (let from = 0; from < group.length; from += ENVELOPE) parts.push(group.slice(from, from + ENVELOPE));
  for (const part of parts) await submit(part);
  const { receipt_id: receipt } = await service.compile(caller, {
    onProgress: ({ done }) => onProgress(Math.min(done, group.length)),
  });
  if (receipt !== undefined) tally.receipts.push(receipt);
  // The same envelope again answers how its items stand by now.
  for (const part of parts) tally.add(part, await submit(part));
  await noteTaken(
    deps.store,
    deps.now,
    source,
    group.map(({ digest }) => digest),
  );
}

function envelopeOf(part: readonly Planned[]): Readonly<Record<string, unknown>> {
  const lists = new Map<string, unknown[]>();
  for (const { candidate } of part) {
    const family = FAMILIES[candidate.kind];
    lists.set(family, [...(lists.get(family) ?? []), itemOf(candidate)]);
  }
  return Object.fromEntries(lists);
}

function itemOf({ kind, scope, title, content, fields }: Candidate): Readonly<Record<string, unknown>> {
  const named = title === '' ? {} : { [kind === 'skill' ? 'title' : 'summary']: title };
  return { ...fields, ...named, content, scope };
}

/** By project, in the order in which they were found. */
function groups(planned: readonly Planned[]): readonly (readonly Planned[])[] {
  const groups = new Map<string, Planned[]>();
  for (const each of planned) {
    const { path, id } = each.target;
    const key = id ?? path ?? '';
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

async function callerProject(deps: MigrateDeps, { path, id, name }: Target): Promise<CallerProject | null> {
  const known = id === null ? null : await deps.store.projects.get(projectId(id));
  if (known !== null) {
    return {
      id: known.id,
      ids: known.ids,
      name: known.name,
      root: path,
      cwd: '',
      branch: null,
      commit: null,
    };
  }
  if (path === null) return null;
  const project = await deps.projectOf(path);
  if (project !== null) return project;
  throw new SourceError({
    what: `Nothing was taken over for ${name}`,
    why: `${path} does not answer`,
    next: 'Try again when its disk is there',
  });
}

class Tally {
  readonly receipts: string[] = [];
  /** Short ids of records that hold. */
  readonly records: string[] = [];
  readonly #outcomes = new Map<string, number>();
  readonly #rejected: Array<{ readonly title: string; readonly reason: string }> = [];

  add(part: readonly Planned[], { items }: SubmitResult): void {
    const byFamily = new Map<string, readonly Planned[]>(
      Object.entries(FAMILIES).map(([kind, family]) => [
        family,
        part.filter(({ candidate }) => candidate.kind === kind),
      ]),
    );
    for (const { family, index, status, memory, reason } of items) {
      this.#outcomes.set(status, (this.#outcomes.get(status) ?? 0) + 1);
      if (memory !== undefined && (status === 'accepted' || status === 'merged')) this.records.push(memory);
      if (status !== 'rejected' && status !== 'failed') continue;
      const candidate = byFamily.get(family)?.[index]?.candidate;
      if (this.#rejected.length < REJECTED)
        this.#rejected.push({ title: candidate?.title ?? '', reason: reason ?? status });
    }
  }

  result(): Pick<Migrated, 'outcomes' | 'rejected' | 'receipts'> {
    return {
      outcomes: Object.fromEntries(this.#outcomes),
      rejected: this.#rejected,
      receipts: this.receipts,
    };
  }
}

/** What holds and is shown unasked only once a person has made it their own. */
async function approvable({ store }: MigrateDeps, shorts: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const short of new Set(shorts)) {
    const [memory] = await store.memories.find(short);
    if (memory === undefined || memory.kind !== 'memory' || memory.state !== 'active') continue;
    if (memory.origin !== 'user' && memory.approvedAt === null) ids.push(memory.short);
  }
  return ids;
}

/** @throws UserInputError where no person is present */
export async function approveMigrated(
  { store }: MigrateDeps,
  caller: Caller,
  ids: readonly string[],
): Promise<string | null> {
  if (!caller.personPresent) {
    throw new UserInputError({
      what: 'Approving needs a person',
      why: 'no terminal is attached, or an agent drives it',
      next: 'Run `midturn migrate` in a terminal of your own',
    });
  }
  const result = await applyPlan<null>(store, async () => {
    const operations: Operation[] = [];
    for (const id of ids) {
      const [memory] = await store.memories.find(id);
      if (memory === undefined || memory.state !== 'active' || memory.approvedAt !== null) continue;
      operations.push({ op: 'approve', target: memory.id, version: memory.version, how: 'terminal' });
    }
    return operations.length === 0 ? { done: null } : { plan: { kind: 'decide', caller, operations } };
  });
  return 'done' in result ? null : result.applied.receiptShort;
}
