/** What an agent is shown of a batch: its items, what is remembered, and the operations that there are. */
import type { Caller } from '../../model/caller.ts';
import type { Memory } from '../../model/memory.ts';
import { suggestionItem } from '../../model/suggestion.ts';
import type { Store } from '../../store/store.ts';
import type { Item } from '../../store/suggestions.ts';
import { clipMiddle } from '../../text/clip.ts';

export type AgentPayload = {
  readonly schema_version: 1;
  readonly repo: { readonly name: string | null };
  readonly existing: {
    readonly memories: ReadonlyArray<{
      /** `m_4f9k2c` */
      readonly id: string;
      readonly scope: string;
      readonly kind: string;
      readonly origin: string;
      readonly title: string;
      readonly content: string;
    }>;
    readonly skills: ReadonlyArray<{
      readonly id: string;
      readonly title: string;
      readonly description: string;
    }>;
    /** Memories that there is no room for. */
    readonly more: number;
  };
  readonly batch: ReadonlyArray<{
    /** `i_4f9k2c` */
    readonly id: string;
    readonly family: string;
    readonly action: string;
    readonly scope: string;
    readonly title: string | null;
    readonly content: string | null;
    readonly target: string | null;
  }>;
  readonly contract: typeof CONTRACT;
};

type ShownMemory = AgentPayload['existing']['memories'][number];

const CONTRACT = {
  answer: { operations: ['one object for each item'] },
  operations: {
    add: ['item', 'title?', 'content?'],
    merge: ['item', 'target', 'title?', 'content?'],
    replace: ['item', 'target', 'title?', 'content?'],
    remove: ['item', 'target'],
    discard: ['item', 'reason'],
    keep: ['item'],
  },
} as const;

/** Characters of what is remembered: with a full batch the whole fits into the window of a small model. */
const EXISTING_CHARACTERS = 60_000;
const EXISTING_RECORDS = 400;
const EXISTING_SKILLS = 100;
/** Of one content; the record keeps all of it. */
const CONTENT_CHARACTERS = 4_000;

export async function payloadOf(store: Store, caller: Caller, items: readonly Item[]): Promise<AgentPayload> {
  const { memories, total } = await remembered(store, caller);
  const shown: ShownMemory[] = [];
  let room = EXISTING_CHARACTERS;
  for (const { short, scope, kind, origin, title, content } of memories) {
    const text = clipMiddle(content, CONTENT_CHARACTERS);
    room -= title.length + text.length;
    if (room < 0) break;
    shown.push({ id: short, scope, kind, origin, title, content: text });
  }
  return {
    schema_version: 1,
    repo: { name: caller.project?.name ?? null },
    existing: { memories: shown, skills: await skillsOf(store, caller), more: total - shown.length },
    batch: items.flatMap((item) => itemShown(item) ?? []),
    contract: CONTRACT,
  };
}

/** Memories before recall records, the newest first, of the caller's project and the user. */
async function remembered(
  store: Store,
  caller: Caller,
): Promise<{ readonly memories: readonly Memory[]; readonly total: number }> {
  const states = ['active'] as const;
  const limit = EXISTING_RECORDS;
  const projects = caller.project?.ids ?? [];
  const lists = [
    await store.memories.list({ states, scope: 'user', limit }),
    ...(projects.length === 0
      ? []
      : [await store.memories.list({ states, scope: 'project', projects, limit })]),
  ];
  const own = lists.flatMap(({ memories }) => memories.filter(({ owner }) => owner === caller.owner));
  const order = own.toSorted((a, b) => Number(a.kind === 'recall') - Number(b.kind === 'recall'));
  return { memories: order, total: lists.reduce((sum, { total }) => sum + total, 0) };
}

async function skillsOf(store: Store, caller: Caller): Promise<AgentPayload['existing']['skills']> {
  const skills = await store.skills.list({
    states: ['active', 'draft'],
    projects: caller.project?.ids ?? [],
    limit: EXISTING_SKILLS,
  });
  return skills
    .filter(({ owner }) => owner === caller.owner)
    .map(({ slug, title, description }) => ({ id: slug, title, description }));
}

/** Null for what cannot be read: the rules of compile say so of it. */
function itemShown({ short, payload }: Item): AgentPayload['batch'][number] | null {
  const read = suggestionItem.safeParse(payload);
  if (!read.success) return null;
  const { family, action, scope, summary, content } = read.data;
  return {
    id: short,
    family,
    action,
    scope,
    title: summary,
    content: content === null ? null : clipMiddle(content, CONTENT_CHARACTERS),
    target: 'target' in read.data ? read.data.target : null,
  };
}
