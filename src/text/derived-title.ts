/** The title of a text that was given none: how it begins. */

/** Longest title, in characters. */
export const TITLE_LIMIT = 80;

/** The first sentence without its full stop, cut at a word where it is too long. */
export function derivedTitle(content: string): string {
  const [first = ''] = content
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?。！？])\s/, 1);
  if (first.length <= TITLE_LIMIT) return first.replace(/[.。]$/, '');
  const cut = first.slice(0, TITLE_LIMIT - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_LIMIT / 2)).trimEnd()}…`;
}
