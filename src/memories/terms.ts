/** What of a memory can be searched. */
import type { Memory } from '../model/memory.ts';
import { analyse } from '../text/terms.ts';

export function memoryTerms(
  memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases' | 'paths'>,
): string[] {
  const paths = memory.paths.map(({ path }) => path);
  return analyse([memory.title, memory.content, ...memory.aliases, ...memory.tags, ...paths].join('\n'));
}
