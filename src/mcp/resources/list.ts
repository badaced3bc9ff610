/** The list of resources, page by page, and the templates. */
import type { Resource, ResourceTemplateType } from '@modelcontextprotocol/server';
import type { Shelf } from '../../app/shelf.ts';
import type { Memory } from '../../model/memory.ts';
import { day, iso } from '../../model/time.ts';
import { cursorOf, type Place, placeOfCursor } from './cursor.ts';
import { inOneLine } from './link.ts';
import { fileOf } from './read.ts';
import { counted, memoryText, placeOf, skillsText, skillText } from './texts.ts';
import { type FixedKind, uriOf } from './uri.ts';

const PAGE = 100;
/** Sessions that are listed, the latest ones; older ones are found by `recall_history`. */
export const SESSIONS = 200;

const MARKDOWN = 'text/markdown';
const BOTH: Array<'user' | 'assistant'> = ['user', 'assistant'];

export type ListPage = { readonly resources: Resource[]; readonly nextCursor?: string };

/**
 * In this order: the fixed ones, skills as they were made, what is remembered (newest first), the latest sessions. What
 * is made between two pages shifts nothing. Null for a cursor that is none of ours.
 */
export async function listPage(shelf: Shelf, cursor: string | undefined): Promise<ListPage | null> {
  let place: Place | null = cursor === undefined ? { part: 'fixed' } : placeOfCursor(cursor);
  if (place === null) return null;
  const resources: Resource[] = [];
  while (place !== null && resources.length < PAGE) {
    const step: Step = await stepAt(shelf, place, PAGE - resources.length);
    resources.push(...step.resources);
    place = step.next;
  }
  return { resources, ...(place === null ? {} : { nextCursor: cursorOf(place) }) };
}

type Step = { readonly resources: readonly Resource[]; readonly next: Place | null };

async function stepAt(shelf: Shelf, place: Place, room: number): Promise<Step> {
  switch (place.part) {
    case 'fixed':
      return { resources: await fixed(shelf), next: { part: 'skills', after: 0 } };
    case 'skills': {
      const skills = (await shelf.skills()).filter(({ row }) => row > place.after);
      const shown = skills.slice(0, room);
      const last = shown.at(-1);
      const isOver = skills.length <= shown.length || last === undefined;
      return {
        resources: shown.map((skill) => ({
          uri: uriOf({ kind: 'skill', id: skill.short }),
          name: skill.short,
          ...called(skill.title, 'skill', placeOf(skill), inOneLine(skill.description, 200)),
          mimeType: MARKDOWN,
          size: Buffer.byteLength(skillText(skill)),
          annotations: { audience: BOTH, priority: 0.6, lastModified: iso(skill.updatedAt) },
        })),
        next: isOver ? { part: 'memories', before: null } : { part: 'skills', after: last.row },
      };
    }
    case 'memories': {
      const memories = await shelf.memories(place.before, room);
      const last = memories.at(-1);
      const isOver = memories.length < room || last === undefined;
      return {
        resources: await Promise.all(memories.map((memory) => memoryEntry(shelf, memory))),
        next: isOver ? { part: 'sessions', seen: 0 } : { part: 'memories', before: last.row },
      };
    }
    case 'sessions': {
      const sessions = await shelf.sessions(SESSIONS);
      const shown = await shelf.titled(sessions.slice(place.seen, place.seen + room));
      const seen = place.seen + shown.length;
      return {
        resources: shown.map((session) => ({
          uri: uriOf({ kind: 'session', session: session.short }),
          name: session.short,
          ...called(
            session.title ?? `Session ${session.short}`,
            `session of ${inOneLine(session.client, 40)}`,
            ...(session.startedAt === null ? [] : [day(session.startedAt)]),
            counted(session.turns, 'turn'),
            counted(session.messages, 'message'),
          ),
          mimeType: MARKDOWN,
          annotations: {
            audience: BOTH,
            priority: 0.3,
            ...(session.lastAt === null ? {} : { lastModified: iso(session.lastAt) }),
          },
        })),
        next: shown.length === 0 || seen >= sessions.length ? null : { part: 'sessions', seen },
      };
    }
  }
}

/** The title stands in the description too: Claude Code shows that beside the URI, searches in it, and has no titles. */
function called(title: string, ...about: readonly string[]): { title: string; description: string } {
  const words = inOneLine(title);
  return { title: words, description: [words, ...about].join(' · ') };
}

async function memoryEntry(shelf: Shelf, memory: Memory): Promise<Resource> {
  const { short, title, kind, origin, updatedAt } = memory;
  return {
    uri: uriOf({ kind: 'memory', id: short }),
    name: short,
    ...called(
      title,
      kind === 'recall' ? 'recall record' : 'memory',
      placeOf(memory),
      `from the ${origin}`,
      day(updatedAt),
    ),
    mimeType: MARKDOWN,
    size: Buffer.byteLength(memoryText(await shelf.shown(memory))),
    annotations: { audience: BOTH, priority: 0.5, lastModified: iso(updatedAt) },
  };
}

async function fixed(shelf: Shelf): Promise<Resource[]> {
  const [user, project] = [await shelf.placed('user'), await shelf.placed('project')];
  const changed = (memories: ReadonlyArray<{ readonly updatedAt: number }>) =>
    memories.length === 0
      ? {}
      : { lastModified: iso(memories.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0)) };
  const skills = await shelf.skills();
  const entry = (
    kind: FixedKind,
    words: { readonly title: string; readonly description: string },
    priority: number,
    more: { readonly size?: number; readonly lastModified?: string } = {},
  ): Resource => {
    const { size, ...modified } = more;
    return {
      uri: uriOf({ kind }),
      name: kind,
      ...words,
      mimeType: kind === 'status' ? 'application/json' : MARKDOWN,
      ...(size === undefined ? {} : { size }),
      annotations: { audience: BOTH, priority, ...modified },
    };
  };
  const sizeOf = async (kind: 'user' | 'project') => ({
    size: Buffer.byteLength(await fileOf(shelf, kind)),
  });
  return [
    entry(
      'user',
      { title: 'About the user', description: 'USER.md: what is known of the user in every project.' },
      1,
      { ...(await sizeOf('user')), ...changed(user?.injected ?? []) },
    ),
    ...(project === null
      ? []
      : [
          entry(
            'project',
            { title: 'About this project', description: 'MEMORY.md: what is known of this project.' },
            1,
            { ...(await sizeOf('project')), ...changed(project.injected) },
          ),
        ]),
    entry(
      'recall',
      {
        title: 'Recall records',
        description:
          'RECALL.md: what is kept beyond those, of this project and of the user; recalled on demand.',
      },
      0.5,
      // Its size is that of a text which may be long: whoever wants it reads it.
      changed([...(user?.onDemand ?? []), ...(project?.onDemand ?? [])]),
    ),
    entry(
      'skills',
      { title: 'Skills', description: 'Procedures that are in use, with when to use each.' },
      0.6,
      {
        size: Buffer.byteLength(skillsText(skills)),
        ...changed(skills),
      },
    ),
    entry(
      'history',
      {
        title: 'Recent turns',
        description: 'What was asked and done in earlier sessions, the latest first.',
      },
      0.5,
    ),
    entry(
      'status',
      { title: 'Status', description: 'How much is stored, what waits for review, what is wrong.' },
      0.2,
    ),
  ];
}

export const TEMPLATES: ResourceTemplateType[] = [
  {
    uriTemplate: 'midturn://memories/{id}',
    name: 'memory',
    title: 'One memory',
    description:
      'A memory or recall record with where it comes from, what it is linked to, and its versions.',
    mimeType: MARKDOWN,
  },
  {
    uriTemplate: 'midturn://skills/{id}',
    name: 'skill',
    title: 'One skill',
    description: 'SKILL.md: a procedure, with when to use it.',
    mimeType: MARKDOWN,
  },
  {
    uriTemplate: 'midturn://history/{session}',
    name: 'session',
    title: 'One session',
    description: 'The turns of a session, the latest first.',
    mimeType: MARKDOWN,
  },
  {
    uriTemplate: 'midturn://history/{session}/{number}',
    name: 'message',
    title: 'One message',
    description: 'A message of a session, word for word: what was said, or a tool call with its result.',
    mimeType: MARKDOWN,
  },
  {
    uriTemplate: 'midturn://receipts/{id}',
    name: 'receipt',
    title: 'One receipt',
    description: 'What one change of memory did, operation by operation.',
    mimeType: MARKDOWN,
  },
  {
    uriTemplate: 'midturn://projects/{project}',
    name: 'project',
    title: 'Another project',
    description: 'What is known of a project by its name: its MEMORY.md.',
    mimeType: MARKDOWN,
  },
];
