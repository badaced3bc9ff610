/**
 * Suggestions: what a model or a program proposes for memory, recall or skills. They travel in an envelope; each item
 * of it has a life of its own: `pending` to `done`, `failed` or `discarded`.
 */
import * as z from 'zod';
import { SCOPES } from './memory.ts';

export const FAMILIES = ['memory_updates', 'recall_candidate', 'skill_action'] as const;
export type Family = (typeof FAMILIES)[number];

/** Every name that a list of suggestions may have, and the family that it means. */
export const FAMILY_NAMES: ReadonlyMap<string, Family> = new Map([
  ...FAMILIES.map((family): readonly [string, Family] => [family, family]),
  ['memory_update', 'memory_updates'],
  ['memories', 'memory_updates'],
  ['memory', 'memory_updates'],
  ['updates', 'memory_updates'],
  ['recall_candidates', 'recall_candidate'],
  ['recall', 'recall_candidate'],
  ['skill_actions', 'skill_action'],
  ['skills', 'skill_action'],
  ['skill', 'skill_action'],
]);

/** True for a name of a list of suggestions. */
export function isEnvelopeList(key: string): boolean {
  return key === 'suggestions' || FAMILY_NAMES.has(key);
}

/** An envelope that is taken as it stands. */
export const ENVELOPE_EXAMPLE =
  '{"memory_updates": [{"action": "add", "content": "Releases are tagged vX.Y.Z"}]}';

const ITEM_STATES = ['pending', 'processing', 'done', 'failed', 'discarded'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** What became of an item that is `done`. */
const ITEM_OUTCOMES = ['added', 'merged', 'replaced', 'removed', 'waiting'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

export const MEMORY_ACTIONS = ['add', 'replace', 'remove'] as const;
export const SKILL_ACTIONS = ['create', 'patch', 'edit', 'retire'] as const;

/** A procedure that came with a fact, and that its proposer would like to see as a skill. */
const skillCandidate = z.strictObject({
  skill: z.string().nullable(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  content: z.string().nullable(),
});
export type SkillCandidate = z.infer<typeof skillCandidate>;

const shared = {
  /** Title or one-line summary, as sent; null when only the content was. */
  summary: z.string().nullable(),
  scope: z.enum(SCOPES),
  confidence: z.number().min(0).max(1),
  /** Relative to the project's root, `/`. */
  paths: z.array(z.string()),
};

const memoryItem = z.strictObject({
  family: z.literal('memory_updates'),
  action: z.enum(MEMORY_ACTIONS),
  ...shared,
  /** Null for `remove`. */
  content: z.string().nullable(),
  /** Id, title or a part of the title of the record that is replaced or removed; null for `add`. */
  target: z.string().nullable(),
  tags: z.array(z.string()),
  aliases: z.array(z.string()),
  skillCandidate: skillCandidate.nullable(),
});
export type MemoryItem = z.infer<typeof memoryItem>;

const recallItem = z.strictObject({
  family: z.literal('recall_candidate'),
  action: z.literal('add'),
  ...shared,
  content: z.string(),
  tags: z.array(z.string()),
  aliases: z.array(z.string()),
  /** Epoch milliseconds of the newest change of what it speaks of, as claimed. */
  sourceUpdatedAt: z.number().int().nullable(),
  skillCandidate: skillCandidate.nullable(),
});
export type RecallItem = z.infer<typeof recallItem>;

const skillEdit = z.strictObject({ find: z.string(), replace: z.string() });
/** `find` stands exactly once in the text. */
export type SkillEdit = z.infer<typeof skillEdit>;

const skillItem = z.strictObject({
  family: z.literal('skill_action'),
  action: z.enum(SKILL_ACTIONS),
  ...shared,
  /** As sent, not normalised; null when a new skill is to be named after its title. */
  skill: z.string().nullable(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  /** The whole body (`create`, `edit`) or a unified diff (`patch`). */
  content: z.string().nullable(),
  edits: z.array(skillEdit),
});
export type SkillItem = z.infer<typeof skillItem>;

/** An item as it is stored and claimed. */
export const suggestionItem = z.discriminatedUnion('family', [memoryItem, recallItem, skillItem]);
export type SuggestionItem = z.infer<typeof suggestionItem>;

/** An item that could not be read, with what was sent. */
export type RejectedItem = {
  readonly family: Family;
  /** Place in its list as sent, from 0. */
  readonly index: number;
  readonly reason: string;
  readonly item: unknown;
};

/** What an envelope of an older program says of itself. Claims only. */
export type EnvelopeHeader = Readonly<Record<string, unknown>>;
