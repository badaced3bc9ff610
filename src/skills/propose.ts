/**
 * Suggested skills become operations, none of them without a person: what is new or changes an active skill is a
 * draft that waits. Whose a skill is, is asked on every path, creating included.
 */
import type { Caller } from '../model/caller.ts';
import type { ItemId, ProjectId } from '../model/ids.ts';
import type { SkillOperation } from '../model/plan.ts';
import type { NewSkill, Skill } from '../model/skill.ts';
import type { MemoryItem, RecallItem, SkillItem } from '../model/suggestion.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { skillSlug } from '../text/skill-id.ts';
import { SkillBook } from './book.ts';
import { draftOf, type SkillSource } from './draft.ts';
import { patched } from './patched.ts';
import { findSimilar } from './similar.ts';
import { type PreparedSkill, prepareSkill, sameWords } from './words.ts';

export type SkillClaim = {
  readonly id: ItemId;
  readonly item: SkillItem;
  readonly from: SkillSource;
  /** It came over the network: nothing of another project is told to it, not even that it is there. */
  readonly isFromAfar?: boolean;
};

type SkillRefusal =
  | PreparedSkill['problems'][number]['reason']
  | 'no_project'
  | 'slug_taken'
  | 'near_duplicate'
  | 'retired'
  | 'ownership_violation'
  | 'missing_managed_skill'
  | 'ambiguous_match'
  | 'patch_conflict'
  | 'no_change'
  | 'waits_already'
  | 'overtaken';

type SkillDiscard = {
  readonly item: ItemId;
  /** `failed`: it could not be done as asked; `discarded`: it is not wanted. */
  readonly state: 'discarded' | 'failed';
  readonly reason: SkillRefusal;
  /** For people and models. */
  readonly words: string;
};

export type PlannedSkills = {
  /** Each names the item that it settles. */
  readonly operations: ReadonlyArray<SkillOperation & { readonly item: ItemId }>;
  readonly discarded: readonly SkillDiscard[];
};

/** A draft with this claim would retire the skill that it revises. */
export const RETIRE_CLAIM = 'retire';

/** Reads the store as it is now; a plan made of it names the versions that were read. */
export async function planSkills(
  store: Store,
  caller: Caller,
  claims: readonly SkillClaim[],
): Promise<PlannedSkills> {
  if (claims.length === 0) return { operations: [], discarded: [] };
  const planner = new Planner(await SkillBook.read(await storeWithin(store, caller), caller));
  for (const claim of claims) planner.take(claim);
  return planner.result();
}

/** What a fact brings along for a skill, as an item of its own; null when nothing was drafted. */
export function candidateSkill({
  skillCandidate,
  summary,
  content,
  scope,
  confidence,
  paths,
}: MemoryItem | RecallItem): SkillItem | null {
  if (skillCandidate === null) return null;
  const { skill, title, description } = skillCandidate;
  return {
    family: 'skill_action',
    action: 'create',
    summary,
    scope,
    confidence,
    paths,
    skill,
    title: title ?? summary,
    description,
    content: skillCandidate.content ?? content,
    edits: [],
  };
}

class Refusal extends Error {
  readonly reason: SkillRefusal;
  readonly state: SkillDiscard['state'];
  constructor(reason: SkillRefusal, words: string, state: SkillDiscard['state'] = 'discarded') {
    super(words);
    this.reason = reason;
    this.state = state;
  }
}

type Entry = { readonly item: ItemId; readonly operation: SkillOperation; readonly about: string | null };

class Planner {
  readonly #book: SkillBook;
  #entries: Entry[] = [];
  readonly #discarded: SkillDiscard[] = [];
  /** Words that this batch gives to a skill, by its id: a later item starts from them. */
  readonly #words = new Map<string, PreparedSkill['text']>();

  constructor(book: SkillBook) {
    this.#book = book;
  }

  result(): PlannedSkills {
    return {
      operations: this.#entries.map(({ item, operation }) => ({ ...operation, item })),
      discarded: this.#discarded,
    };
  }

  take(claim: SkillClaim): void {
    try {
      const entry = claim.item.action === 'create' ? this.#create(claim) : this.#change(claim);
      this.#put(entry);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, state, message } = error;
      this.#discarded.push({ item: claim.id, state, reason, words: message });
    }
  }

  /** One operation a skill: a later item of the batch takes the earlier one's words over, or puts others in place. */
  #put(entry: Entry): void {
    const before = this.#entries.find(({ about }) => about !== null && about === entry.about);
    if (before !== undefined) {
      const words = 'a later item of the same batch changes the same skill, from these words on';
      this.#discarded.push({ item: before.item, state: 'discarded', reason: 'overtaken', words });
      this.#entries = this.#entries.filter((other) => other !== before);
    }
    this.#entries.push(entry);
  }

  #create({ id, item, from }: SkillClaim): Entry {
    const place = { scope: item.scope, project: item.scope === 'user' ? null : from.project };
    if (place.scope === 'project' && place.project === null)
      throw new Refusal('no_project', 'there is no project to keep it for; send `scope: "user"`');
    const name = item.skill ?? item.title ?? item.summary ?? '';
    const slug = skillSlug(name);
    if (slug === null) throw new Refusal('missing_name', `no name can be made of ${JSON.stringify(name)}`);
    this.#requireFree(slug, place);
    const prepared = prepareSkill({ ...item, title: item.title ?? item.summary }, slug);
    requireGate(prepared);
    const planned = this.#entries.flatMap(({ operation }) =>
      operation.op === 'skill_create' && operation.skill.revises === null
        ? [{ ...operation.skill, short: 'another item of the same batch' }]
        : [],
    );
    const near = findSimilar({ slug, ...prepared.text }, [
      ...this.#book.beside(place),
      ...planned.filter((one) => one.scope === place.scope && one.project === place.project),
    ]);
    if (near !== null)
      throw new Refusal(
        'near_duplicate',
        `its ${near.by} is nearly that of ${near.skill.short} (${near.skill.slug}); send \`patch\` or \`edit\` for that one`,
      );
    return { item: id, operation: draftOf(item, from, place, slug, prepared, null), about: null };
  }

  #requireFree(slug: string, place: Pick<NewSkill, 'scope' | 'project'>): void {
    for (const skill of this.#book.named(slug, place)) {
      if (!this.#book.owns(skill))
        throw new Refusal('ownership_violation', `${skill.short} of that name belongs to another owner`);
      if (skill.state !== 'retired')
        throw new Refusal('slug_taken', `${skill.short} has that name; send \`patch\` or \`edit\` for it`);
    }
    const gone = this.#book.named(slug, place).find(({ revises }) => revises === null);
    if (gone === undefined) return;
    const why = gone.reason === null ? '' : ` (${gone.reason})`;
    throw new Refusal(
      'retired',
      `${gone.short} of that name was retired${why}; only a person brings it back`,
    );
  }

  #change(claim: SkillClaim): Entry {
    const { id, item, from } = claim;
    const old = this.#target(claim);
    if (item.action === 'retire') return this.#retire(claim, old);
    const start = this.#words.get(old.id) ?? old;
    const prepared = this.#reworded(item, start, old.slug);
    requireGate(prepared);
    if (sameWords(prepared.text, old)) throw new Refusal('no_change', `${old.short} says that already`);
    const waits = this.#book.revising(old).find((draft) => sameWords(draft, prepared.text));
    if (waits !== undefined)
      throw new Refusal('waits_already', `${waits.short}, which says the same, waits for a person already`);
    this.#words.set(old.id, prepared.text);
    const sources = from.sources;
    // A draft of nobody's own words is changed in place: it waits as before.
    if (old.state === 'draft' && old.origin !== 'user') {
      const { text } = prepared;
      const op = item.action === 'patch' ? 'skill_patch' : 'skill_edit';
      const { origin, evidence } = from;
      const operation = {
        op,
        target: old.id,
        version: old.version,
        ...text,
        origin,
        evidence,
        sources,
      } as const;
      return { item: id, operation, about: old.id };
    }
    if (old.state === 'draft')
      throw new Refusal('waits_already', `${old.short} waits for a person, whose words it holds`);
    const revises = { id: old.id, version: old.version };
    return { item: id, operation: draftOf(item, from, old, old.slug, prepared, revises), about: old.id };
  }

  #retire({ id, item, from }: SkillClaim, old: Skill): Entry {
    const reason = item.summary ?? item.content ?? 'a suggestion retires it';
    if (old.state === 'draft' && old.origin !== 'user') {
      const operation = { op: 'skill_retire', target: old.id, version: old.version, reason } as const;
      return { item: id, operation, about: old.id };
    }
    if (this.#book.revising(old).some(({ claim }) => claim === RETIRE_CLAIM))
      throw new Refusal('waits_already', `that ${old.short} be retired waits for a person already`);
    const words = { text: old, redacted: 0, problems: [], threat: null };
    const revises = { id: old.id, version: old.version };
    const draft = draftOf(item, { ...from, claim: RETIRE_CLAIM }, old, old.slug, words, revises);
    const skill = { ...draft.skill, reason: `it would retire ${old.short}: ${reason}` };
    return { item: id, operation: { op: 'skill_create', skill }, about: old.id };
  }

  #reworded(item: SkillItem, start: PreparedSkill['text'], slug: string): PreparedSkill {
    const { title, description } = item;
    const words = { title: title ?? start.title, description: description ?? start.description };
    if (item.action === 'edit')
      return prepareSkill({ ...words, content: item.content ?? start.content }, slug);
    if (item.content === null && item.edits.length === 0)
      return prepareSkill({ ...words, content: start.content }, slug);
    const result = patched(start.content, item);
    if ('conflicts' in result) throw new Refusal('patch_conflict', result.conflicts.join('; '), 'failed');
    return prepareSkill({ ...words, content: result.content }, slug);
  }

  #target({ item, from, isFromAfar = false }: SkillClaim): Skill {
    const wanted = item.skill ?? '';
    const place = { scope: item.scope, project: from.project };
    const found = this.#book.find(wanted, place);
    const [skill, other] = found;
    const isElsewhere = (one: Skill) =>
      one.scope === 'project' && !sameProject(this.#book, one.project, from.project);
    if (skill === undefined || (isFromAfar && found.some(isElsewhere)))
      throw new Refusal('missing_managed_skill', `no skill here is named ${JSON.stringify(wanted)}`);
    if (other !== undefined)
      throw new Refusal(
        'ambiguous_match',
        `${JSON.stringify(wanted)} names several skills: ${found.map(({ short }) => short).join(', ')}`,
      );
    if (!this.#book.owns(skill))
      throw new Refusal('ownership_violation', `${skill.short} belongs to another owner`);
    if (isElsewhere(skill))
      throw new Refusal('ownership_violation', 'the skill of that name belongs to another project');
    if (skill.state === 'retired') throw new Refusal('retired', `${skill.short} was retired`);
    return skill;
  }
}

function sameProject(book: SkillBook, one: ProjectId | null, other: ProjectId | null): boolean {
  return one === other || (book.isCallers(one) && book.isCallers(other));
}

function requireGate({ problems }: PreparedSkill): void {
  const [first] = problems;
  if (first !== undefined) throw new Refusal(first.reason, problems.map(({ words }) => words).join('; '));
}
