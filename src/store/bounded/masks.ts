/** What of a record that is seen leads out of what is seen: refs to messages of other projects, links, where it was said. */
import type { ProjectId, SessionId } from '../../model/ids.ts';
import type { Evidence, Memory, MemoryLink } from '../../model/memory.ts';
import type { Skill } from '../../model/skill.ts';
import type { Wall } from './wall.ts';

const REF = /^[0-9a-z]{4,26}\/\d{1,9}$/;

/** What memories and skills have in common. */
type Placed = {
  readonly scope: 'user' | 'project';
  readonly project: ProjectId | null;
  readonly sources: readonly string[];
  readonly evidence: Evidence;
  readonly session: SessionId | null;
};

/**
 * The owner's own record was said in some project, and its refs may lead there. Where that was is told of a session
 * that is seen whole: the files and the branch may be those of a turn that is not.
 */
async function withoutTraces<T extends Placed>(wall: Wall, records: readonly T[]): Promise<readonly T[]> {
  const refs = new Set(records.flatMap(({ sources, evidence }) => [...sources, ...evidence.refs]));
  const seen = await wall.store.reach.refs(
    [...refs].filter((ref) => REF.test(ref)),
    wall.projects,
  );
  const kept = (list: readonly string[]) => list.filter((ref) => !REF.test(ref) || seen.has(ref));
  const sessions = new Map<SessionId, boolean>();
  const isSeen = async (session: SessionId): Promise<boolean> => {
    const known =
      sessions.get(session) ?? (await wall.store.reach.span(session, wall.projects))?.whole === true;
    sessions.set(session, known);
    return known;
  };
  const masked: T[] = [];
  for (const record of records) {
    const { sources, evidence, session, scope } = record;
    const bare = { ...record, sources: kept(sources), evidence: { ...evidence, refs: kept(evidence.refs) } };
    const isHere = scope === 'project' || (session !== null && (await isSeen(session)));
    masked.push(isHere ? bare : { ...bare, ...NOWHERE });
  }
  return masked;
}

const NOWHERE = {
  paths: [],
  session: null,
  externalSession: null,
  turn: null,
  callId: null,
  checkout: null,
  cwd: null,
  branch: null,
  commit: null,
} as const;

export async function maskedMemories(wall: Wall, found: readonly Memory[]): Promise<readonly Memory[]> {
  const own = found.filter((memory) => wall.sees(memory));
  const linked = own.flatMap(({ links, replaces }) => [...links.map(({ id }) => id), ...replaces]);
  const seen = await wall.store.reach.memories([...new Set<string>(linked)], wall.projects);
  const isSeen = ({ id }: MemoryLink) => seen.has(id);
  return withoutTraces(
    wall,
    own.map((memory) => ({
      ...memory,
      links: memory.links.filter(isSeen),
      replaces: memory.replaces.filter((short) => seen.has(short)),
    })),
  );
}

export async function maskedSkills(wall: Wall, found: readonly Skill[]): Promise<readonly Skill[]> {
  return withoutTraces(
    wall,
    found.filter((skill) => wall.sees(skill)),
  );
}
