/** When two skills are one: a client's list has room for each only once. */
import type { SkillText } from '../model/skill.ts';
import { type Comparable, comparable, isNear } from '../text/near-duplicate.ts';
import { analyse } from '../text/terms.ts';

type Named = Pick<SkillText, 'description' | 'content'> & { readonly slug: string };

export type Likeness = 'name' | 'description' | 'content';

/** The first of these that has the same name but for the order and form of its words, or says nearly the same. */
export function findSimilar<T extends Named>(
  skill: Named,
  others: readonly T[],
): { readonly skill: T; readonly by: Likeness } | null {
  const own = likenessOf(skill);
  for (const other of others) {
    const theirs = likenessOf(other);
    if (own.name !== '' && own.name === theirs.name) return { skill: other, by: 'name' };
    if (isNear(own.content, theirs.content)) return { skill: other, by: 'content' };
    if (isNear(own.description, theirs.description)) return { skill: other, by: 'description' };
  }
  return null;
}

function likenessOf({ slug, description, content }: Named): {
  readonly name: string;
  readonly description: Comparable;
  readonly content: Comparable;
} {
  // A name made of a hash, or of words that say nothing, is like no other.
  const name = /^skill-[0-9a-f]{8}$/.test(slug) ? slug : [...new Set(analyse(slug.replaceAll('-', ' ')))];
  return {
    name: typeof name === 'string' ? name : name.sort().join(' '),
    description: comparable(description),
    content: comparable(content),
  };
}
