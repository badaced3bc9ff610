/** What of a memory can be searched, and what of it is judged before it is admitted. */
import type { Memory } from '../model/memory.ts';
import { analyse } from '../text/terms.ts';

export function memoryTerms(
  memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases' | 'paths'>,
): string[] {
  const paths = memory.paths.map(({ path }) => path);
  return analyse([memory.title, memory.content, ...memory.aliases, ...memory.tags, ...paths].join('\n'));
}

/** Everything of a record that a model may come to read: a threat in its title or an alias counts like any other. */
export function admittedText(memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases'>): string {
  return [memory.title, memory.content, ...memory.aliases, ...memory.tags].join('\n');
}
