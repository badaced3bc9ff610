/** What waits as a text to be edited, and back. */

import { parseSkill } from '../text/skill-file.ts';
import { publishedName } from '../text/skill-id.ts';
import type { Waiting } from './review-items.ts';

type Words = { readonly title: string; readonly description: string; readonly content: string };

/** A heading and the text; a skill with the front matter that clients read. */
export function editableText(one: Waiting): string {
  if (one.kind === 'memory') return `# ${one.memory.title}\n\n${one.memory.content}\n`;
  const { slug, title, description, content } = one.skill;
  return [
    '---',
    `name: ${publishedName(slug)}`,
    `description: ${JSON.stringify(description)}`,
    '---',
    '',
    `# ${title}`,
    '',
    content,
    '',
  ].join('\n');
}

/** A heading or description that was taken out stays what it was. */
export function editedWords(one: Waiting, text: string): Words {
  const { title, description, content } = parseSkill(text);
  if (one.kind === 'memory') return { title: title ?? '', description: '', content };
  return { title: title ?? one.skill.title, description: description ?? one.skill.description, content };
}
