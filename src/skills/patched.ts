/** Applies a suggested patch. Models send the whole new text where a patch was asked for: that is told, not guessed. */
import type { SkillItem } from '../model/suggestion.ts';
import { type Patched, patchSkill } from '../text/skill-patch.ts';

export function patched(
  content: string,
  { edits, content: diff }: Pick<SkillItem, 'edits' | 'content'>,
): Patched {
  if (diff !== null && edits.length === 0 && !/^@@/m.test(diff))
    return {
      conflicts: [
        '`patch` takes `edits` or a unified diff with "@@" lines; send `edit` for a whole new text',
      ],
    };
  return patchSkill(content, { edits, diff });
}
