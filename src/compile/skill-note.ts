/** What the gate will say of a new skill, told when it is handed in: by then it can still be sent as it should be. */
import type { SkillItem } from '../model/suggestion.ts';
import { stripFenced } from '../text/fence.ts';
import { parseSkill } from '../text/skill-file.ts';
import { skillProblems } from '../text/skill-gate.ts';
import { skillSlug } from '../text/skill-id.ts';

/** Null where nothing stands against it, and for changes of a skill, which depend on its words of then. */
export function skillNote(item: SkillItem): string | null {
  if (item.action !== 'create') return null;
  const parsed = parseSkill(stripFenced(item.content ?? '').text);
  const problems = skillProblems({
    name: skillSlug(item.skill ?? item.title ?? item.summary ?? '') ?? '',
    description: item.description ?? parsed.description ?? '',
    content: parsed.content,
  });
  if (problems.length === 0) return null;
  return `compile will discard it as it stands: ${problems.map(({ words }) => words).join('; ')}; send it again without that`;
}
