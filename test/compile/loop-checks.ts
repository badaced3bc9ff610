/** What must hold in a home after whatever was done to it: the checks of the loop's property test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { projectionDeps } from '../../src/app/projection-desk.ts';
import { messageTerms } from '../../src/capture/index.ts';
import { type ProjectionGroup, renderGroup } from '../../src/compile/index.ts';
import { memoryTerms } from '../../src/memories/index.ts';
import type { Memory } from '../../src/model/memory.ts';
import { homeLayout } from '../../src/project/home.ts';
import type { FullReceipt } from '../../src/store/receipts.ts';
import type { Store } from '../../src/store/store.ts';

const EVERY = ['active', 'waiting', 'superseded', 'expired', 'forgotten'] as const;

async function everyMemory(store: Store): Promise<readonly Memory[]> {
  return (await store.memories.list({ states: EVERY, limit: 10_000 })).memories;
}

/** Each suggestion that was answered for has ended, with a reason where nothing came of it. */
export async function expectItemsEnded(store: Store, acknowledged: ReadonlySet<string>): Promise<void> {
  for (const id of acknowledged) {
    const [item] = await store.suggestions.items(id);
    expect(item, `${id} is there`).toBeDefined();
    expect(item?.state, id).toMatch(/^(done|failed|discarded)$/);
    if (item?.state !== 'done') expect(item?.reason, `${id} says why`).toBeTruthy();
    else if (item.target !== null && item.family !== 'skill_action')
      expect(await store.memories.find(item.target), `what became of ${id}`).toHaveLength(1);
    const steps = await store.suggestions.transitions(item?.id ?? missing(id));
    steps.forEach((step, at) => {
      expect(step.from, `${id} goes on from where it stood`).toBe(at === 0 ? null : steps[at - 1]?.to);
    });
    expect(steps.at(-1)?.to).toBe(item?.state);
  }
  expect(await store.suggestions.counts()).toMatchObject({ pending: 0, processing: 0 });
}

/** Each memory that was answered for is there in some state, with every version of it. */
export async function expectVersionsWhole(store: Store, acknowledged: ReadonlySet<string>): Promise<void> {
  for (const id of acknowledged) expect(await store.memories.find(id), id).toHaveLength(1);
  for (const memory of await everyMemory(store)) {
    const versions = (await store.memories.versions(memory.id)).toSorted((a, b) => a.version - b.version);
    expect(
      versions.map(({ version }) => version),
      memory.short,
    ).toEqual(Array.from({ length: memory.version }, (_, at) => at + 1));
    expect(versions.at(-1), memory.short).toMatchObject({
      title: memory.title,
      content: memory.content,
      state: memory.state,
    });
  }
}

type Replayed = {
  readonly title: unknown;
  readonly content: unknown;
  readonly state: unknown;
  readonly version: number;
};

/** Every receipt's changes, one after the other from nothing, give the records as they are. */
export async function expectReplay(store: Store): Promise<void> {
  const replayed = new Map<string, Replayed>();
  for (const { id, short } of (await store.receipts.list({ limit: 10_000 })).toReversed()) {
    const receipt = await store.receipts.get(id);
    apply(replayed, receipt ?? missing(short));
  }
  const stored = (await everyMemory(store)).map(({ id, title, content, state, version }) => [
    id,
    { title, content, state, version },
  ]);
  expect(Object.fromEntries(replayed)).toEqual(Object.fromEntries(stored));
}

function apply(replayed: Map<string, Replayed>, { short, changes }: FullReceipt): void {
  for (const { kind, record, before, after, fromVersion, toVersion } of changes) {
    if (kind !== 'memory') continue;
    const known = replayed.get(record);
    expect(known?.version ?? 0, `${short} begins where ${record} stood`).toBe(fromVersion);
    if (known !== undefined) {
      expect(before, `${short} on ${record}`).toMatchObject({
        title: known.title,
        content: known.content,
        state: known.state,
      });
    }
    const { title, content, state } = after;
    replayed.set(record, { title, content, state, version: toVersion });
  }
}

/** The files hold what memory holds: writing them again, with everything read again, writes nothing. */
export async function expectFilesEqual(
  store: Store,
  home: string,
  groups: readonly ProjectionGroup[],
): Promise<void> {
  const layout = homeLayout(home);
  const deps = projectionDeps({ store, layout, now: Date.now, budgets: { user: 1375, project: 2200 } });
  for (const group of groups) {
    const heads = await store.projections.heads(group.scope, group.project?.id ?? null);
    const records = await deps.source.memories(group);
    if (heads.length === 0 && records.length === 0) continue;
    const before = filesOf(home);
    const mark = { scope: group.scope, project: group.project?.id ?? null, mark: 0 };
    const result = await renderGroup(
      { ...deps, projections: { ...store.projections, dirty: async () => [mark], rendered: async () => {} } },
      group,
      {
        apply: async (operations) => {
          expect(operations, 'nothing is left to absorb').toEqual([]);
        },
      },
    );
    expect(result.written).toEqual([]);
    expect(filesOf(home)).toEqual(before);
    const shown: string[] = [];
    for (const { path } of heads) {
      const entries = (await store.projections.get(path))?.entries ?? [];
      shown.push(...entries.map(({ record }) => record));
      const text = readFileSync(join(home, path), 'utf8');
      const inFile = [...text.matchAll(/^<!-- midturn:([0-9a-z]{26})\b/gm)].map((match) => match[1]);
      expect(inFile, path).toEqual(entries.map(({ record }) => record));
    }
    expect(new Set(shown).size, 'no record stands in two files').toBe(shown.length);
    const overlaid = new Set(records.flatMap(({ wouldReplace }) => wouldReplace.map(String)));
    const active = records.filter(({ state, id }) => state === 'active' && !overlaid.has(id));
    for (const { id, title } of active) expect(shown, `“${title}” is in a file`).toContain(id);
  }
}

/** Words that were typed are in a file, in a copy beside it, or in a version of a record. */
export async function expectTypedKept(store: Store, home: string, typed: ReadonlySet<string>): Promise<void> {
  if (typed.size === 0) return;
  const texts = Object.values(filesOf(home));
  for (const { id } of await everyMemory(store)) {
    for (const { title, content } of await store.memories.versions(id)) texts.push(title, content);
  }
  for (const word of typed) {
    expect(
      texts.some((text) => text.includes(word)),
      `what was typed (${word}) is kept`,
    ).toBe(true);
  }
}

export async function expectHealthy(store: Store, home: string): Promise<void> {
  const findings = await store.health.check({ message: messageTerms, memory: memoryTerms });
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
  const litter = Object.keys(filesOf(home, '.tmp'));
  expect(litter, 'half-written files').toEqual([]);
}

function filesOf(home: string, end = '.md'): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(end));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}

function missing(what: string): never {
  throw new Error(`${what} is not there`);
}
