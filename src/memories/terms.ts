/** What of a memory can be searched, and what of it is judged before it is admitted. */
import type { Memory, MemoryLink, NewLink } from '../model/memory.ts';
import { analyse } from '../text/terms.ts';

export function memoryTerms(
  memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases' | 'paths'> & {
    readonly links?: ReadonlyArray<MemoryLink | NewLink> | undefined;
  },
): string[] {
  const paths = memory.paths.map(({ path }) => path);
  return analyse(
    [memory.title, memory.content, ...memory.aliases, ...memory.tags, ...paths, ...wholes(memory.links)].join(
      '\n',
    ),
  );
}

/** A part is found by the name of the whole, unless that one was never admitted. A link not stored yet has no name. */
function wholes(links: ReadonlyArray<MemoryLink | NewLink> = []): string[] {
  return links.flatMap((link) =>
    link.kind === 'part_of' && 'title' in link && link.state !== 'waiting' ? [link.title] : [],
  );
}

/** Everything of a record that a model may come to read: a threat in its title or an alias counts like any other. */
export function admittedText(memory: Pick<Memory, 'title' | 'content' | 'tags' | 'aliases'>): string {
  return [memory.title, memory.content, ...memory.aliases, ...memory.tags].join('\n');
}
