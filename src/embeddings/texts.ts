/** What of a memory or a message is embedded: stored text, which is redacted, cleaned and clipped. */
import type { Memory } from '../model/memory.ts';
import type { Message } from '../model/message.ts';
import type { Due } from '../store/vectors.ts';
import { cleanForIndex } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';

/** About 500 tokens: what the smaller models read at once. */
const CLIP = 2_000;

export type EmbeddedTexts = {
  /** What of a message can be searched; empty for what is not. */
  readonly message: (message: Message) => string;
};

/** Empty for what has nothing to embed. */
export function textOf(due: Due, texts: EmbeddedTexts): string {
  const text = due.kind === 'messages' ? texts.message(due.message) : memoryText(due.memory);
  return clipEnd(cleanForIndex(text), CLIP).text.trim();
}

function memoryText({ title, content, aliases, tags }: Memory): string {
  const body = content.startsWith(title) ? [content] : [title, content];
  return [...body, ...aliases, tags.join(', ')].filter((part) => part !== '').join('\n');
}
