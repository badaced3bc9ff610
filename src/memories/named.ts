/** Finds the records that a request names, by id or by title, and says what it could have meant where there is none. */
import type { Caller } from '../model/caller.ts';
import type { LinkKind, Memory, NewLink, NewMemory } from '../model/memory.ts';
import type { MemoryScope } from '../store/memories.ts';
import type { Store } from '../store/store.ts';
import { analyse } from '../text/terms.ts';
import type { RememberRequest } from './types.ts';

type Place = Pick<NewMemory, 'scope' | 'project'>;

const NEAR_TITLES = 3;
const LOOKED_AT = 12;
const POSTINGS = 1_000;
const SEE_ALSO = 8;

export type FoundLinks = {
  readonly links: readonly NewLink[];
  /** Why a link that was asked for is not made, with what it could mean: the fact itself is worth keeping. */
  readonly missing: readonly string[];
};

/** The links that `part_of` and `see_also` ask for. */
export async function findLinks(
  store: Store,
  caller: Caller,
  place: Place,
  { partOf, seeAlso = [] }: Pick<RememberRequest, 'partOf' | 'seeAlso'>,
): Promise<FoundLinks> {
  const asked: ReadonlyArray<readonly [LinkKind, string]> = [
    ...(partOf === undefined ? [] : [['part_of', partOf] as const]),
    ...seeAlso.slice(0, SEE_ALSO).map((wanted) => ['see_also', wanted] as const),
  ];
  const links: NewLink[] = [];
  const missing: string[] = [];
  for (const [kind, wanted] of asked) {
    const target = await findTarget(store, caller, place, kind, wanted);
    if ('unfit' in target) missing.push(target.unfit);
    else if (!links.some((link) => link.kind === kind && link.target === target.id))
      links.push({ kind, target: target.id });
  }
  if (seeAlso.length > SEE_ALSO)
    missing.push(`\`see_also\` names ${seeAlso.length} memories, the first ${SEE_ALSO} are kept`);
  return { links, missing };
}

type Unfit = { readonly unfit: string };

async function findTarget(
  store: Store,
  caller: Caller,
  place: Place,
  kind: LinkKind,
  wanted: string,
): Promise<Memory | Unfit> {
  const titled = [
    ...(await store.memories.byTitle(place.scope, place.project, wanted.trim())),
    ...(place.scope === 'user' ? [] : await store.memories.byTitle('user', null, wanted.trim())),
  ];
  // A short title can look like the beginning of an id.
  const named = (titled.length > 0 ? titled : await store.memories.find(wanted)).filter(
    ({ state }) => state !== 'forgotten',
  );
  const reachable = named.filter((memory) => isReachable(memory, caller, place));
  const [only, ...more] = reachable;
  if (only === undefined) {
    const elsewhere =
      named[0] === undefined ? '' : ` (${named[0].short} belongs to ${whereOf(named[0], place)})`;
    const near = await nearList(store, caller, place, wanted);
    return unfit(
      `\`${kind}\` names no memory: ${JSON.stringify(wanted)}${elsewhere}${near === null ? '' : `; near: ${near}`}`,
    );
  }
  if (more.length > 0) {
    const list = reachable.map(({ short, title }) => `${short} "${title}"`).join(', ');
    return unfit(`\`${kind}\` fits several memories (${list}); send one id`);
  }
  if (only.state === 'waiting')
    return unfit(`\`${kind}\` names ${only.short}, which waits for review; approve that one first`);
  if (only.state === 'active') return only;
  const row = (await store.memories.inForce([only.id])).get(only.id);
  const [current] = row === undefined ? [] : await store.memories.byRows([row]);
  return current ?? unfit(`\`${kind}\` names ${only.short}, which no longer holds`);
}

/** A link shows the title of what it points at: the user's records must not carry one project's into another. */
function isReachable({ scope, project }: Memory, caller: Caller, place: Place): boolean {
  if (scope === 'user') return true;
  if (place.scope === 'user') return false;
  return project === place.project || (project !== null && caller.project?.ids.includes(project) === true);
}

function whereOf({ scope }: Memory, place: Place): string {
  return scope === 'project' && place.scope === 'user'
    ? 'a project, this one to the user'
    : 'another project';
}

/** `near: m_4f9k2c "Invoice numbers"`, or how to find one; with what to do about it. */
export async function nearTitles(
  store: Store,
  caller: Caller,
  place: Place,
  wanted: string,
): Promise<string> {
  const list = await nearList(store, caller, place, wanted);
  return list === null
    ? 'recall it first and send its id, or leave it out'
    : `near: ${list}; send one of these ids, or leave it out`;
}

async function nearList(store: Store, caller: Caller, place: Place, wanted: string): Promise<string | null> {
  const projects = place.project === null ? [] : [place.project, ...(caller.project?.ids ?? [])];
  const scopes: MemoryScope[] = [
    { scope: 'user', projects: null },
    ...(place.scope === 'user' ? [] : [{ scope: 'project', projects } as const]),
  ];
  const words = new Set(analyse(wanted));
  const corpus = await store.search.corpus('memories', [...words]);
  const filter = { scopes, states: ['active'] as const };
  const found = await store.memories.matching(corpus.terms, filter, POSTINGS, LOOKED_AT);
  const held = ({ title }: Memory) => new Set(analyse(title).filter((term) => words.has(term))).size;
  const memories = [...(await store.memories.byRows(found.map(({ row }) => row)))]
    .sort((a, b) => held(b) - held(a))
    .slice(0, NEAR_TITLES);
  if (memories.length === 0) return null;
  return memories.map(({ short, title }) => `${short} "${title}"`).join(', ');
}

function unfit(why: string): Unfit {
  return { unfit: why };
}
