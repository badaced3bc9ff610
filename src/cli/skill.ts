/** A skill as commands show it: in the JSON that people script against, and in words. */
import type { Skill, SkillState } from '../model/skill.ts';
import { iso } from '../model/time.ts';
import type { Placed, ShownSkill } from '../skills/index.ts';
import { clean } from '../text/clean.ts';
import { block, columns, counted, oneLine, time } from './layout.ts';
import { filledRows, isoOrNull, originWords, placeOf } from './record.ts';

const STATE_WORDS = {
  draft: 'needs review',
  active: 'in use',
  retired: 'retired',
} as const satisfies Record<SkillState, string>;

/** Fields may be added, never renamed. Times are ISO 8601. */
export function skillJson(skill: Skill): Readonly<Record<string, unknown>> {
  return {
    id: skill.short,
    long_id: skill.id,
    name: skill.slug,
    title: skill.title,
    description: skill.description,
    state: skill.state,
    scope: skill.scope,
    project: skill.projectName,
    origin: skill.origin,
    reason: skill.reason,
    uses: skill.uses,
    last_used_at: isoOrNull(skill.lastUsedAt),
    version: skill.version,
    sources: skill.sources,
    created_at: iso(skill.createdAt),
    updated_at: iso(skill.updatedAt),
    approved_at: isoOrNull(skill.approvedAt),
  };
}

export function shownJson({
  skill,
  versions,
  revises,
  folders,
}: ShownSkill): Readonly<Record<string, unknown>> {
  return {
    ...skillJson(skill),
    content: skill.content,
    evidence: skill.evidence,
    revises: revises?.short ?? null,
    published: folders.map(({ path, version, at }) => ({ path, version, at: iso(at) })),
    versions: versions.map(({ version, at, change, title, state }) => ({
      ...{ version, change, title, state },
      at: iso(at),
    })),
  };
}

/** A longer name is cut in a list: one of them must not push every description aside. */
const NAME_WIDTH = 32;

/** One row each: id, name, where it holds, its state, how often it was used, what it is for. */
export function skillRows(skills: readonly Skill[], width: number): string[] {
  const rows = skills.map((skill) => ({
    cells: [
      skill.short,
      oneLine(skill.slug, NAME_WIDTH),
      placeOf(skill),
      STATE_WORDS[skill.state],
      skill.uses === 0 ? 'unused' : counted(skill.uses, 'use'),
    ],
    words: skill.description,
  }));
  return filledRows(rows, width);
}

/** All of one skill, in words. */
export function skillText(skill: Skill): string[] {
  const facts: string[][] = [
    ['state', `${STATE_WORDS[skill.state]}${skill.reason === null ? '' : `: ${clean(skill.reason)}`}`],
    ['name', `midturn-${skill.slug}`],
    ['holds for', skill.scope === 'user' ? 'you, everywhere' : placeOf(skill)],
    ['origin', originWords(skill)],
    ['since', time(skill.createdAt)],
    ...(skill.sources.length === 0 ? [] : [['sources', skill.sources.join(', ')]]),
    ...(skill.state === 'draft'
      ? []
      : [['used', skill.uses === 0 ? 'not yet' : `in ${counted(skill.uses, 'session')}`]]),
  ];
  return [
    `${skill.short}  ${oneLine(skill.title, 200)}`,
    '',
    block(skill.description),
    '',
    block(skill.content),
    '',
    ...columns(facts),
  ];
}

const PLACED_WORDS = {
  written: 'Published',
  unchanged: 'Published',
  removed: 'Taken away',
  kept: 'Left as it is',
  refused: 'Not touched',
} as const satisfies Record<Placed['status'], string>;

/** A line for each folder, in the words of what was done there. */
export function placesText(places: readonly Placed[]): string[] {
  return places.map(
    ({ path, status, why }) =>
      `${PLACED_WORDS[status]}: ${clean(path)}${why === null ? '' : ` (${clean(why)})`}`,
  );
}
